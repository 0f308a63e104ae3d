"""A tiny bot for Teams without any SDK: enough to prove the harness without the product."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from typing import Any, Self, TypeVar

from aiohttp import ClientSession, web

from tests.ports import LOOPBACK, free_port

from .toy_teams_cards import Json, answer_card, answer_error, attached, card, reason_form

Result = TypeVar("Result")

_TIMEOUT_S = 20


class ToyTeamsBot:
    """Posts a card that can be approved, or rejected with a reason; runs in a thread of its own."""

    def __init__(self) -> None:
        self._port = free_port()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="toy-teams-bot", daemon=True)
        self._runner: web.AppRunner | None = None
        self._service_url = ""
        self._decided: dict[str, str] = {}
        self.installed: set[str] = set()

    @property
    def messages_url(self) -> str:
        """Where Teams sends its activities."""
        return f"http://{LOOPBACK}:{self._port}/api/messages"

    def start(self) -> Self:
        """Listen."""
        self._thread.start()
        self.run(self._start())
        return self

    def stop(self) -> None:
        """End the thread."""
        if self._runner is not None:
            self.run(self._runner.cleanup())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def post(self, channel: str, summary: str) -> str:
        """Post a card as a new thread; the bot must have been installed. Return the message's id."""
        body = {
            "isGroup": True,
            "channelData": {"channel": {"id": channel}},
            "activity": attached(card(summary)),
        }
        posted = self.run(self._call("POST", "/v3/conversations", body))
        return str(posted["activityId"])

    def run(self, work: Coroutine[Any, Any, Result]) -> Result:
        """Run `work` in the bot's thread and return its result."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(_TIMEOUT_S)

    async def _start(self) -> None:
        server = web.Application()
        server.router.add_post("/api/messages", self._on_activity)
        self._runner = web.AppRunner(server)
        await self._runner.setup()
        await web.TCPSite(self._runner, LOOPBACK, self._port).start()

    async def _on_activity(self, request: web.Request) -> web.Response:
        activity = await request.json()
        self._service_url = activity["serviceUrl"]
        conversation = activity["conversation"]["id"]
        if activity["type"] == "installationUpdate":
            self.installed.add(conversation)
        if activity["type"] == "message":
            reply = {"type": "message", "text": "Nothing pending."}
            await self._call("POST", f"/v3/conversations/{conversation}/activities/{activity['id']}", reply)
        if activity["type"] == "invoke":
            return web.json_response(await self._on_press(activity))
        return web.json_response({})

    async def _on_press(self, activity: Json) -> Json:
        message = activity["replyToId"]
        action = activity["value"]["action"]
        if message in self._decided:
            return answer_error(f"Too late. {self._decided[message]}")
        if action["verb"] == "reject":
            return answer_card(reason_form())
        how = "Approved"
        if action["verb"] == "reason":
            if not action["data"].get("words"):
                return answer_card(reason_form("Please say why."))
            how = f"Rejected ({action['data']['reason']}, {action['data']['words']})"
        self._decided[message] = f"{how} by {activity['from']['name']}"
        decided = card(self._decided[message], pending=False)
        where = f"/v3/conversations/{activity['conversation']['id']}/activities/{message}"
        await self._call("PUT", where, attached(decided) | {"id": message})
        return answer_card(decided)

    async def _call(self, method: str, path: str, body: Json) -> Json:
        url = self._service_url + path
        async with ClientSession() as http, http.request(method, url, json=body) as answer:
            assert answer.status < 300, await answer.text()
            found: Json = await answer.json() if await answer.text() else {}
            return found
