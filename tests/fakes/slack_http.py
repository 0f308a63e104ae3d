"""The server behind the fake Slack: its Web API, what can go wrong with it, and the ways to the app."""

import asyncio
import contextlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import aiohttp
from aiohttp import web

from adapters.slack.scopes import BOT_SCOPES
from tests.fakes import slack_payloads
from tests.fakes.slack_faults import Faults
from tests.fakes.slack_limits import faults_of_message, is_too_long
from tests.fakes.slack_methods import Methods, Refusal
from tests.fakes.slack_oauth import OAuth
from tests.fakes.slack_sockets import Sockets
from tests.fakes.slack_workspace import (
    APP_TOKEN,
    BOT_USER,
    RESPONSE_URL_USES,
    SIGNING_SECRET,
    Message,
    Private,
    ResponseUrl,
    Workspace,
)

PATIENCE_S = 60.0


@dataclass(frozen=True, kw_only=True)
class Call:
    """One call of a method by the app."""

    method: str
    arguments: Mapping[str, Any]
    #: the workspace whose token it carried, empty for none
    team: str = ""


@dataclass(frozen=True, kw_only=True)
class Delivered:
    """How the app answered what Slack sent."""

    status: int
    body: str

    @property
    def json(self) -> Any:
        """The body, where it is JSON."""
        return json.loads(self.body) if self.body else {}


class SlackServer(Faults):
    """Answers the app's calls, and carries traffic to it."""

    #: what is accepted and signed with; both can be replaced, as at Slack
    app_token, signing_secret = APP_TOKEN, SIGNING_SECRET

    def __init__(
        self, clock: Callable[[], datetime], *, burst: int, workspace: Workspace | None = None
    ) -> None:
        super().__init__()
        self.clock = clock
        self.workspace = workspace or Workspace()
        self.methods = Methods(self.workspace, clock, burst=burst)
        #: other workspaces of this Slack, with their methods
        self.neighbours: list[SlackServer] = []
        self.oauth = OAuth()
        self.calls: list[Call] = []
        self._events_url = ""
        #: what tokens are granted; None: Slack does not say
        self.scopes: set[str] | None = set(BOT_SCOPES)
        self.sockets = Sockets(self.workspace.next, self._note_change)
        self._changed = asyncio.Event()
        self._hanging = asyncio.Event()
        self._runner: web.AppRunner | None = None
        self._port = 0

    @property
    def url(self) -> str:
        """The server's own address."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def api_url(self) -> str:
        """For the product's settings."""
        return f"{self.url}/api/"

    async def shut(self) -> None:
        """Refuse every connection and cut those that exist."""
        self._hanging.set()
        if self._runner is not None:
            await self.sockets.shut()
            await self._runner.cleanup()
            self._runner = None

    async def open(self) -> None:
        """Let connections through, at the same address as before."""
        app = web.Application(client_max_size=16 * 1024 * 1024)
        app.router.add_route("*", "/api/{method}", self._on_call)
        app.router.add_post("/response/{id}", self._on_response)
        app.router.add_get("/link", self.sockets.accept)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port, reuse_address=True)
        await site.start()
        self._port = self._runner.addresses[0][1]

    def called(self, method: str) -> list[Mapping[str, Any]]:
        """The arguments of every call of a method so far."""
        return [call.arguments for call in self.calls if call.method == method]

    def connect(self, events_url: str) -> None:
        """Where traffic goes from now on."""
        self._events_url = events_url

    async def until(self, holds: Callable[[], bool], wanted: Callable[[], str]) -> None:
        """Wait until something holds, looking after every change."""
        try:
            async with asyncio.timeout(PATIENCE_S):
                while not holds():
                    self._changed.clear()
                    with contextlib.suppress(TimeoutError):
                        async with asyncio.timeout(0.05):
                            await self._changed.wait()
        except TimeoutError:
            raise AssertionError(f"Waited in vain for {wanted()}") from None

    async def send(self, body: bytes, headers: Mapping[str, str]) -> Delivered:
        """Send anything, with any headers."""
        async with (
            aiohttp.ClientSession() as http,
            http.post(self._events_url, data=body, headers=headers) as answer,
        ):
            return Delivered(status=answer.status, body=await answer.text())

    async def carry(self, payload: Mapping[str, Any]) -> Delivered:
        """Send what Slack sends, over HTTP or the app's socket."""
        delivered = await (self._post(payload) if self._events_url else self._envelope(payload))
        self._note_change()
        return delivered

    async def _post(self, payload: Mapping[str, Any]) -> Delivered:
        body, content_type = slack_payloads.body_of(dict(payload))
        headers = slack_payloads.signed(body, self.signing_secret, int(self.clock().timestamp()))
        return await self.send(body, {"Content-Type": content_type, **headers})

    async def _envelope(self, payload: Mapping[str, Any]) -> Delivered:
        async def connected() -> None:
            await self.until(lambda: bool(self.sockets.connections), lambda: "a Socket Mode connection")

        async with asyncio.timeout(PATIENCE_S):
            answer = await self.sockets.deliver(payload, connected)
        return Delivered(status=200, body=json.dumps(answer) if answer else "")

    async def _on_call(self, request: web.Request) -> web.StreamResponse:
        method, arguments = request.match_info["method"], await _arguments(request)
        asked = self._asked(request)
        team = asked.workspace.team if asked else ""
        self.calls.append(Call(method=method, arguments=arguments, team=team))
        fault = self.take_fault(method, arguments)
        if fault is not None and fault.raw is not None:
            status, content_type, text = fault.raw
            return web.Response(status=status, content_type=content_type, text=text)
        if fault is not None and fault.hangs:
            await self._hanging.wait()
        body: Any = None
        try:
            if fault is not None and fault.refusal is not None:
                raise fault.refusal
            if fault is None or fault.carries_out:
                body = self._carry_out(request, method, arguments)
                self._note_change()
        except Refusal as refusal:
            return _refused(refusal)
        if fault is not None and request.transport is not None:
            request.transport.abort()
        says_scopes = method == "auth.test" and self.scopes is not None
        headers = {"X-OAuth-Scopes": ",".join(sorted(self.scopes or ()))} if says_scopes else {}
        return web.json_response(body, headers=headers)

    def _carry_out(self, request: web.Request, method: str, arguments: Mapping[str, Any]) -> Any:
        authorization = request.headers.get("Authorization", "")
        if method == "apps.connections.open" and authorization == f"Bearer {self.app_token}":
            return {"ok": True, "url": f"ws://127.0.0.1:{self._port}/link"}
        if method == "oauth.v2.access":
            return self.oauth.access(arguments)
        asked = self._asked(request)
        if asked is None or asked.workspace.refusal:
            raise Refusal(asked.workspace.refusal if asked else "invalid_auth")
        return asked.methods.call(method, arguments)

    def _asked(self, request: web.Request) -> "SlackServer | None":
        """The workspace whose token a call carries."""
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        servers = (self, *self.neighbours)
        return next((each for each in servers if each.workspace.bot_token == token), None)

    async def _on_response(self, request: web.Request) -> web.Response:
        number = request.match_info["id"]
        workspaces = [each.workspace for each in (self, *self.neighbours)]
        workspace = next((each for each in workspaces if number in each.response_urls), self.workspace)
        found = workspace.response_urls.get(number)
        body = await request.json()
        if found is None or self.clock() > found.until or found.uses >= RESPONSE_URL_USES:
            return web.json_response({"ok": False, "error": "expired_url"}, status=404)
        found.uses += 1
        own = workspace.own.setdefault(found.user, [])
        standing = next((message for message in own if message.ts == found.ts), None)
        if body.get("delete_original"):
            if standing is None:
                raise AssertionError("what everybody sees would be deleted")
            own.remove(standing)
        elif body.get("response_type") != "ephemeral" or "replace_original" not in body:
            raise AssertionError("an answer to one person must say so, or everybody reads it")
        else:
            self._answer(workspace, found, standing if body["replace_original"] else None, body)
        self._note_change()
        return web.Response(text="ok")

    def _answer(
        self, workspace: Workspace, to: ResponseUrl, standing: Message | None, body: Mapping[str, Any]
    ) -> None:
        blocks, text = body.get("blocks", ()), body.get("text", "")
        faults = faults_of_message(blocks) if blocks else []
        if faults or is_too_long(blocks):
            raise AssertionError(f"Slack refuses this: {faults or 'too long'}")
        if body["replace_original"]:
            if standing is None:
                raise AssertionError("what everybody sees would be replaced")
            standing.blocks, standing.text, standing.edits = blocks, text, standing.edits + 1
            return
        workspace.private.append(Private(user=to.user, text=text, blocks=blocks, room=to.room))
        ts = f"{int(self.clock().timestamp())}.{workspace.next():06d}"
        workspace.own[to.user].append(Message(room=to.room, ts=ts, user=BOT_USER, text=text, blocks=blocks))

    def _note_change(self) -> None:
        self._changed.set()


def _refused(refusal: Refusal) -> web.Response:
    body = {"ok": False, "error": refusal.code}
    if refusal.faults:
        body["faults"] = str(refusal.faults)
    if refusal.retry_after is None:
        return web.json_response(body)
    headers = {"Retry-After": str(refusal.retry_after)}
    return web.json_response(body, status=429, headers=headers)


async def _arguments(request: web.Request) -> dict[str, Any]:
    if request.content_type == "application/json":
        given: dict[str, Any] = await request.json()
        return given
    return {name: str(value) for name, value in {**request.query, **await request.post()}.items()}
