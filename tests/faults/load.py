"""The load: agents that ask until they are answered, people who press, a receiver that notes every call."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
from aiohttp import web

from adapters.agents.signing import verify
from tests.fakes.slack_http import Delivered
from tests.fakes.slack_screen import Card
from tests.fakes.slack_server import FakeSlack
from tests.faults.company import ANN, BEN, CHANNELS, request
from tests.faults.ledger import Ledger

AGENTS, PRESSERS = 5, 3
#: a press that is answered sooner was committed; later ones may have been told that the result follows
PROMPT_S = 1.5
#: cards that may stand undecided in one channel
MOST_WAITING = 2
#: the receiver's clock and the product's may be days apart while clocks jump
_TOLERANCE = timedelta(days=3)
_ANSWER_WITHIN = aiohttp.ClientTimeout(total=15)
_PAUSE_S = 0.02


class Load:
    """Everything that is asked from outside, and what was acknowledged of it."""

    def __init__(self, slack: FakeSlack, *, seed: int) -> None:
        self.ledger = Ledger()
        self.secret = ""
        self.url = ""
        self.api_key = ""
        self._slack = slack
        self._dice = random.Random(seed)
        self._asked = 0
        self._waiting = dict.fromkeys(range(CHANNELS), 0)
        self._channel_of: dict[str, int] = {}
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begin."""
        self._tasks = [asyncio.create_task(self._agent()) for _ in range(AGENTS)]
        self._tasks += [asyncio.create_task(self._reviewer()) for _ in range(PRESSERS)]

    async def stop(self) -> None:
        """End; raises what broke the load itself."""
        for task in self._tasks:
            task.cancel()
        ended = await asyncio.gather(*self._tasks, return_exceptions=True)
        for each in ended:
            if isinstance(each, Exception):
                raise each

    async def receive(self, call: web.Request) -> web.Response:
        """The agent's receiver: verifies, notes, and fails now and then."""
        body = await call.read()
        verify([self.secret], call.headers, body, now=datetime.now(UTC), tolerance=_TOLERANCE)
        event: Mapping[str, Any] = json.loads(body)
        told = (event["data"]["approval"]["id"], event["type"])
        self.ledger.callbacks[told].add((call.headers["webhook-id"], body))
        return web.Response(status=500 if self._dice.random() < 0.1 else 200)

    async def _agent(self) -> None:
        headers = {"Authorization": f"Bearer {self.api_key}"}
        async with aiohttp.ClientSession(self.url, headers=headers, timeout=_ANSWER_WITHIN) as http:
            while True:
                await self._one_life(http)
                await asyncio.sleep(_PAUSE_S)

    async def _one_life(self, http: aiohttp.ClientSession) -> None:
        self._asked += 1
        key, lot = f"key-{self._asked}", self._dice.random()
        if lot < 0.4:
            approval = await self._submitted(http, key, "order.read")
            await self._acted_on(http, approval)
        elif lot < 0.6:
            await self._submitted(http, key, "slow.issue")
        elif lot < 0.7:
            approval = await self._submitted(http, key, "slow.issue")
            await self._withdrawn(http, approval)
        else:
            await self._for_people(http, key)

    async def _for_people(self, http: aiohttp.ClientSession, key: str) -> None:
        channel = min(self._waiting, key=lambda each: (self._waiting[each], self._dice.random()))
        if self._waiting[channel] >= MOST_WAITING:
            return
        self._waiting[channel] += 1
        approval = await self._submitted(http, key, f"refund.n{channel}")
        self._channel_of[approval["id"]] = channel
        text = f"More about {key}"
        if await self._until_answered(http, f"/v1/approvals/{approval['id']}/messages", {"text": text}):
            self.ledger.said[text] = approval["id"]

    async def _submitted(self, http: aiohttp.ClientSession, key: str, action: str) -> dict[str, Any]:
        """Ask under one key until it is accepted; sometimes once more, as an impatient agent does."""
        resource: dict[str, Any] = {}
        for _ in range(2 if self._dice.random() < 0.2 else 1):
            answer = await self._until_answered(http, "/v1/approvals", request(action, key), key=key)
            assert answer, f"{key} was refused"
            resource = answer
            self.ledger.accepted[key].add(resource["id"])
        return resource

    async def _acted_on(self, http: aiohttp.ClientSession, approval: Mapping[str, Any]) -> None:
        path, redemption = f"/v1/approvals/{approval['id']}", f"run-{approval['id']}"
        body = {"digest": approval["action"]["digest"], "redemption_id": redemption}
        if not await self._until_answered(http, f"{path}/redeem", body):
            return
        self.ledger.redeemed[approval["id"]].add(redemption)
        if await self._until_answered(http, f"{path}/outcome", {"status": "succeeded"}):
            self.ledger.outcomes.add(approval["id"])

    async def _withdrawn(self, http: aiohttp.ClientSession, approval: Mapping[str, Any]) -> None:
        path = f"/v1/approvals/{approval['id']}/cancel"
        answer = await self._until_answered(http, path, {"reason": "not needed"})
        if answer and answer["status"] == "cancelled":
            self.ledger.cancelled.add(approval["id"])

    async def _until_answered(
        self, http: aiohttp.ClientSession, path: str, body: Mapping[str, Any], *, key: str = ""
    ) -> dict[str, Any] | None:
        """Repeat until there is an answer that is not "later"; None for a refusal."""
        headers = {"Idempotency-Key": key} if key else {}
        while True:
            with suppress(aiohttp.ClientError, TimeoutError):
                async with http.post(path, json=body, headers=headers) as answer:
                    if answer.status in (200, 201):
                        resource: dict[str, Any] = await answer.json()
                        return resource
                    if answer.status < 500:
                        return None
                    self.ledger.turned_away += 1
                    assert answer.status == 503, f"{answer.status} {await answer.text()}"
            await asyncio.sleep(_PAUSE_S)

    async def _reviewer(self) -> None:
        while True:
            await asyncio.sleep(_PAUSE_S)
            channel = self._dice.randrange(CHANNELS)
            cards = [card for card in self._slack.cards(f"#c{channel}") if "Approve" in card.buttons]
            if not cards:
                continue
            with suppress(aiohttp.ClientError, TimeoutError, AssertionError):
                await self._pressed(self._dice.choice(cards))

    async def _pressed(self, card: Card) -> None:
        loop = asyncio.get_running_loop()
        began_at = loop.time()
        by = self._dice.choice((ANN, BEN))
        async with asyncio.timeout(15):
            delivered: Delivered = await card.press("Approve", by=by)
        if delivered.status == 200 and loop.time() - began_at < PROMPT_S:
            self._note_press(request_of(card))

    def _note_press(self, request_id: str) -> None:
        if request_id not in self.ledger.pressed:
            self.ledger.pressed.add(request_id)
            channel = self._channel_of.get(request_id)
            if channel is not None:
                self._waiting[channel] -= 1


def request_of(card: Card) -> str:
    """The id of the request that a card shows."""
    block = next(block for block in card.blocks if block["type"] == "actions")
    return str(block["block_id"]).partition(":")[2]
