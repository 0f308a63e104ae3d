"""A tiny bot on slack-bolt: enough to prove the harness without the product."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from typing import Any, Self, TypeVar

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from tests.ports import LOOPBACK, free_port

from .toy_cards import card, reject_modal
from .workspace import APP_TOKEN, BOT_TOKEN, SIGNING_SECRET

Result = TypeVar("Result")
Body = dict[str, Any]

_TIMEOUT_S = 20


class ToyBot:
    """Posts a card that can be approved, or rejected with a reason; runs in a thread of its own."""

    def __init__(self) -> None:
        self._port = free_port()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="toy-bot", daemon=True)
        self._runner: web.AppRunner | None = None
        self._sockets: AsyncSocketModeHandler | None = None
        self._decided: set[str] = set()
        self._client = AsyncWebClient()

    @property
    def request_url(self) -> str:
        """Where the workspace sends its traffic in HTTP mode."""
        return f"http://{LOOPBACK}:{self._port}/slack/events"

    def start(self, api_url: str, *, socket_mode: bool = False) -> Self:
        """Connect to a workspace."""
        self._thread.start()
        self.run(self._start(api_url, socket_mode=socket_mode))
        return self

    def stop(self) -> None:
        """Disconnect and end the thread."""
        self.run(self._stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def post(self, channel: str, summary: str) -> str:
        """Post a card and return its timestamp."""
        posted = self.run(self._client.chat_postMessage(channel=channel, text=summary, blocks=card(summary)))
        return str(posted["ts"])

    def run(self, work: Coroutine[Any, Any, Result]) -> Result:
        """Run `work` in the bot's thread and return its result."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(_TIMEOUT_S)

    async def _start(self, api_url: str, *, socket_mode: bool) -> None:
        self._client = AsyncWebClient(token=BOT_TOKEN, base_url=api_url)
        app = AsyncApp(client=self._client, signing_secret=SIGNING_SECRET)
        app.action("approve")(self._on_approve)
        app.action("reject")(self._on_reject)
        app.view("reject")(self._on_reason)
        app.event("app_mention")(self._on_mention)
        app.event("message")(_ignore)
        if socket_mode:
            self._sockets = AsyncSocketModeHandler(app, APP_TOKEN)
            await self._sockets.connect_async()  # type: ignore[no-untyped-call]  # the SDK leaves it untyped
            return
        self._runner = web.AppRunner(_server_of(app))
        await self._runner.setup()
        await web.TCPSite(self._runner, LOOPBACK, self._port).start()

    async def _stop(self) -> None:
        if self._sockets is not None:
            await self._sockets.close_async()  # type: ignore[no-untyped-call]  # the SDK leaves it untyped
        if self._runner is not None:
            await self._runner.cleanup()

    async def _on_approve(self, ack: Any, body: Body, respond: Any) -> None:
        await ack()
        ts = body["message"]["ts"]
        if ts in self._decided:
            await respond(text="Too late.", response_type="ephemeral", replace_original=False)
            return
        self._decided.add(ts)
        await self._settle(body["channel"]["id"], ts, f"Approved by <@{body['user']['id']}>")

    async def _on_reject(self, ack: Any, body: Body) -> None:
        await ack()
        where = f"{body['channel']['id']} {body['message']['ts']}"
        await self._client.views_open(trigger_id=body["trigger_id"], view=reject_modal(where))

    async def _on_reason(self, ack: Any, body: Body) -> None:
        values = body["view"]["state"]["values"]
        words = values["words"]["words"]["value"]
        if not words:
            await ack(response_action="errors", errors={"words": "Please say why."})
            return
        await ack()
        channel, ts = body["view"]["private_metadata"].split()
        code = values["reason"]["reason"]["selected_option"]["value"]
        await self._settle(channel, ts, f"Rejected by <@{body['user']['id']}>: {code}, {words}")

    async def _on_mention(self, event: Body) -> None:
        await self._client.chat_postMessage(
            channel=event["channel"], text="Nothing pending.", thread_ts=event["ts"]
        )

    async def _settle(self, channel: str, ts: str, outcome: str) -> None:
        await self._client.chat_update(
            channel=channel, ts=ts, text=outcome, blocks=card(outcome, pending=False)
        )


async def _ignore() -> None:
    """Plain messages are none of the bot's business."""


def _server_of(app: AsyncApp) -> web.Application:
    async def on_request(request: web.Request) -> web.Response:
        answer = await app.async_dispatch(await to_bolt_request(request))
        return await to_aiohttp_response(answer)

    server = web.Application()
    server.router.add_post("/slack/events", on_request)
    return server
