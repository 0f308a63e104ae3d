"""Slack's end of Socket Mode: an envelope goes to one connection, and to another when that one is cut.

docs.slack.dev/apis/events-api/using-socket-mode
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web

from tests.fakes.slack_workspace import APP_ID


@dataclass(eq=False, kw_only=True)
class Envelope:
    """Something that was sent, and what became of it."""

    connection: web.WebSocketResponse
    #: what the app acknowledged it with, None when its connection was cut before
    answer: "asyncio.Future[Mapping[str, Any] | None]" = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )
    #: whether the acknowledgement is lost on its way
    is_lossy: bool = False
    #: whether an acknowledgement was lost
    is_lost: bool = False


class Sockets:
    """The connections of one app."""

    def __init__(self, next_number: Callable[[], int], changed: Callable[[], None]) -> None:
        self._next_number, self._changed = next_number, changed
        self.app_id = APP_ID
        #: the last one gets what is sent
        self.connections: list[web.WebSocketResponse] = []
        #: everything that was sent, redeliveries included
        self.sent: dict[str, Envelope] = {}
        #: whether acknowledgements get lost from now on
        self.loses_acknowledgements = False

    async def accept(self, request: web.Request) -> web.WebSocketResponse:
        """One connection, until it ends."""
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"type": "hello", "connection_info": {"app_id": self.app_id}})
        self.connections.append(socket)
        self._changed()
        async for message in socket:
            if message.type is aiohttp.WSMsgType.TEXT:
                self._acknowledge(json.loads(message.data))
        self.connections.remove(socket)
        for envelope in self.sent.values():
            if envelope.connection is socket and not envelope.answer.done():
                envelope.answer.set_result(None)
        self._changed()
        return socket

    async def deliver(
        self, payload: Mapping[str, Any], connected: Callable[[], Awaitable[None]]
    ) -> Mapping[str, Any]:
        """Send until it is acknowledged; waits for a connection where there is none."""
        attempt = 0
        while True:
            await connected()
            envelope = await self._send(payload, attempt)
            answer = await envelope.answer
            if answer is not None:
                return answer
            attempt += 1

    async def shut(self) -> None:
        """Cut every connection."""
        for socket in list(self.connections):
            await socket.close()

    async def _send(self, payload: Mapping[str, Any], attempt: int) -> Envelope:
        socket = self.connections[-1]
        name = f"envelope-{self._next_number()}"
        self.sent[name] = envelope = Envelope(connection=socket, is_lossy=self.loses_acknowledgements)
        await socket.send_json(
            {
                "envelope_id": name,
                "type": "events_api" if payload["type"] == "event_callback" else "interactive",
                "payload": payload,
                "accepts_response_payload": True,
                **({"retry_attempt": attempt, "retry_reason": "timeout"} if attempt else {}),
            }
        )
        return envelope

    def _acknowledge(self, said: Mapping[str, Any]) -> None:
        envelope = self.sent.get(said.get("envelope_id", ""))
        if envelope is None or envelope.answer.done():
            return
        if envelope.is_lossy:
            envelope.is_lost = True
        else:
            envelope.answer.set_result(said.get("payload") or {})
        self._changed()
