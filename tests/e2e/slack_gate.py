"""A gate in front of the Slack emulator that fails in the ways Slack does.

The emulator never limits a rate, never loses a connection and accepts any token. Here these
things can be brought about, one method call at a time.
"""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import ClientSession, ClientTimeout, WSMsgType, web

from tests.ports import LOOPBACK, free_port

from .workspace import APP_TOKEN, BOT_TOKEN

_TOKENS = (f"Bearer {BOT_TOKEN}", f"Bearer {APP_TOKEN}")
_HOP_BY_HOP = ("host", "content-length", "transfer-encoding", "connection", "content-encoding")


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What the gate says itself, instead of the emulator."""

    body: Mapping[str, object]
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """One call of a Web API method by the product."""

    method: str
    arguments: Mapping[str, Any]


@dataclass(kw_only=True, slots=True)
class _Fault:
    """What happens to the next `times` calls of a method that carry `matching`."""

    times: int
    matching: Mapping[str, str]
    answer: Answer | None = None
    lose_answer: bool = False
    released: threading.Event | None = None


class SlackGate:
    """Stands between product and emulator; runs in a thread of its own."""

    def __init__(self, *, upstream: str) -> None:
        self._upstream = upstream
        self._port = free_port()
        self._faults: dict[str, list[_Fault]] = {}
        self._calls: list[Call] = []
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        """The gate's own address; stays the same over `shut` and `open`."""
        return f"http://{LOOPBACK}:{self._port}"

    def open(self) -> None:
        """Let calls through; harmless when it is open."""
        if self._thread is not None:
            return
        loop = asyncio.new_event_loop()
        self._loop = loop
        self._thread = threading.Thread(target=loop.run_forever, name="slack-gate", daemon=True)
        self._thread.start()
        self._run(self._serve())

    def shut(self) -> None:
        """Refuse every connection and cut those that exist, as when Slack is unreachable."""
        if self._thread is None or self._loop is None:
            return
        self._run(self._stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        self._thread = None

    def calls(self, method: str | None = None) -> list[Call]:
        """Return what the product called so far, refused calls included, oldest first."""
        return [call for call in self._calls if method is None or call.method == method]

    def answer(self, method: str, answer: Answer, *, times: int = 1, **matching: str) -> None:
        """Answer the next `times` calls of `method` that carry `matching`, instead of the emulator."""
        self._add(method, _Fault(times=times, matching=matching, answer=answer))

    def fail(self, method: str, error: str, *, times: int = 1, **matching: str) -> None:
        """Refuse calls with one of Slack's error words, such as `is_archived`."""
        self.answer(method, Answer(body={"ok": False, "error": error}), times=times, **matching)

    def limit_rate(self, method: str, *, retry_after_s: int = 1, times: int = 1, **matching: str) -> None:
        """Answer 429 with `Retry-After`, as Slack does above one message a second and channel."""
        body = {"ok": False, "error": "ratelimited"}
        headers = {"Retry-After": str(retry_after_s)}
        self.answer(method, Answer(status=429, body=body, headers=headers), times=times, **matching)

    def relent(self, method: str) -> None:
        """Forget what was to happen to further calls of a method."""
        self._faults.pop(method, None)

    def lose_answers(self, method: str, *, times: int = 1, **matching: str) -> None:
        """Carry the call out, then drop the connection: the product cannot know whether it worked."""
        self._add(method, _Fault(times=times, matching=matching, lose_answer=True))

    def hold(self, method: str, *, times: int = 1, **matching: str) -> threading.Event:
        """Keep calls waiting until the returned event is set, then carry them out."""
        released = threading.Event()
        self._add(method, _Fault(times=times, matching=matching, released=released))
        return released

    def _add(self, method: str, fault: _Fault) -> None:
        self._faults.setdefault(method, []).append(fault)

    def _take_fault(self, call: Call) -> _Fault | None:
        for fault in self._faults.get(call.method, []):
            if fault.times > 0 and all(call.arguments.get(k) == v for k, v in fault.matching.items()):
                fault.times -= 1
                return fault
        return None

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        assert self._loop is not None
        asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout=30)

    async def _serve(self) -> None:
        app = web.Application(client_max_size=64 * 1024 * 1024)
        app.router.add_route("*", "/api/{method}", self._on_call)
        app.router.add_get("/socket/{connection}", self._on_socket)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1, handler_cancellation=True)
        await self._runner.setup()
        await web.TCPSite(self._runner, LOOPBACK, self._port, reuse_address=True).start()

    async def _stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def _on_call(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        call = Call(method=request.match_info["method"], arguments=await _arguments(request))
        self._calls.append(call)
        if request.headers.get("Authorization") not in _TOKENS:
            return web.json_response({"ok": False, "error": "invalid_auth"})
        fault = self._take_fault(call)
        if fault is not None and fault.answer is not None:
            answer = fault.answer
            return web.json_response(dict(answer.body), status=answer.status, headers=dict(answer.headers))
        if fault is not None and fault.released is not None:
            await asyncio.to_thread(fault.released.wait, 60)
        reply = await self._forward(request, body)
        if fault is not None and fault.lose_answer and request.transport is not None:
            request.transport.abort()
        return reply

    async def _forward(self, request: web.Request, body: bytes) -> web.Response:
        headers = {k: v for k, v in request.headers.items() if k.lower() not in _HOP_BY_HOP}
        async with (
            ClientSession(timeout=ClientTimeout(total=30)) as http,
            http.request(
                request.method, self._upstream + request.path_qs, data=body, headers=headers
            ) as answer,
        ):
            text = await answer.text()
            # Socket Mode goes through the gate too, so that shutting it cuts the socket.
            text = text.replace(
                f"ws://{self._upstream.removeprefix('http://')}", self.url.replace("http", "ws")
            )
            return web.Response(text=text, status=answer.status, content_type="application/json")

    async def _on_socket(self, request: web.Request) -> web.WebSocketResponse:
        near = web.WebSocketResponse()
        await near.prepare(request)
        async with ClientSession() as http, http.ws_connect(self._upstream + request.path_qs) as far:
            directions = [asyncio.create_task(_pump(near, far)), asyncio.create_task(_pump(far, near))]
            try:
                await asyncio.wait(directions, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for direction in directions:
                    direction.cancel()
        return near


async def _pump(source: Any, sink: Any) -> None:
    async for message in source:
        if message.type is WSMsgType.TEXT:
            await sink.send_str(message.data)


async def _arguments(request: web.Request) -> dict[str, Any]:
    if request.content_type == "application/json":
        found: dict[str, Any] = await request.json()
        return found
    form = await request.post()
    return {name: _decoded(value) for name, value in {**request.query, **form}.items()}


def _decoded(value: object) -> object:
    """Undo the JSON that Slack's clients put into form fields."""
    if isinstance(value, str) and value[:1] in ("[", "{"):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value
