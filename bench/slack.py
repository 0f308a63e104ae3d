"""The tests' Slack, which notes when a card has changed, and sends presses at little cost."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from typing import Any, Self

import aiohttp
from aiohttp import web

from bot.chat.names import ACTIONS
from bot.domain.card import Press
from tests.fakes import slack_payloads
from tests.fakes.slack_http import Delivered
from tests.fakes.slack_methods import Refusal
from tests.fakes.slack_server import FakeSlack
from tests.fakes.slack_workspace import Message

ANN = "U01ANN"
_APPROVE = ACTIONS[Press.APPROVE]


class TimedSlack(FakeSlack):
    """A workspace that keeps time."""

    def __init__(self, *, burst: int = 3) -> None:
        super().__init__(burst=burst)
        #: refused because messages came faster than Slack takes them
        self.rate_limited = 0
        self._decided: dict[tuple[str, str], asyncio.Future[float]] = {}

    async def __aenter__(self) -> Self:
        await super().__aenter__()
        # A connection that was closed for being idle would be opened again while the clock runs.
        connector = aiohttp.TCPConnector(limit=0, keepalive_timeout=600)
        self._http = aiohttp.ClientSession(connector=connector)
        return self

    async def __aexit__(self, *exception: object) -> None:
        await self._http.close()
        await super().__aexit__(*exception)

    async def send(self, body: bytes, headers: Mapping[str, str]) -> Delivered:
        """As an app's neighbour does it: over connections that are kept."""
        async with self._http.post(self._events_url, data=body, headers=headers) as answer:
            return Delivered(status=answer.status, body=await answer.text())

    def decided(self, message: Message) -> asyncio.Future[float]:
        """When the card has changed to one that cannot be approved any more, by `time.perf_counter`."""
        future: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        self._decided[message.room, message.ts] = future
        return future

    def approval(self, message: Message) -> tuple[bytes, dict[str, str]]:
        """Body and headers of Ann's press on Approve."""
        block, element = _approve_button(message)
        payload = self.press_payload(ANN, message, element, block["block_id"])
        body, content_type = slack_payloads.body_of(payload)
        signed = slack_payloads.signed(body, self.signing_secret, int(self.clock().timestamp()))
        return body, {"Content-Type": content_type, **signed}

    def _carry_out(self, request: web.Request, method: str, arguments: Mapping[str, Any]) -> Any:
        arrived_at = time.perf_counter()
        if method == "chat.update":
            self._note(arrived_at, arguments)
        try:
            return super()._carry_out(request, method, arguments)
        except Refusal as refusal:
            self.rate_limited += refusal.retry_after is not None
            raise

    def _note(self, arrived_at: float, arguments: Mapping[str, Any]) -> None:
        where = arguments["channel"], arguments["ts"]
        future = self._decided.get(where)
        if future is not None and not future.done() and not can_be_approved(arguments.get("blocks") or ()):
            future.set_result(arrived_at)


def can_be_approved(blocks: Any) -> bool:
    """Whether there is a button for it."""
    return any(each["action_id"] == _APPROVE for block in blocks for each in _buttons(block))


def request_of(message: Message) -> str:
    """The id of the request that a card is of: what its buttons refer to begins with it."""
    _, element = _approve_button(message)
    return str(element["value"]).partition(".")[0]


def _approve_button(message: Message) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    found = ((block, each) for block in message.blocks for each in _buttons(block))
    return next((block, each) for block, each in found if each["action_id"] == _APPROVE)


def _buttons(block: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return list(block["elements"]) if block["type"] == "actions" else []
