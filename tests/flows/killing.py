"""Load on a real `placet serve` that is killed again and again, and what must hold afterwards."""

from __future__ import annotations

import asyncio
import json
import random
from collections import defaultdict
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer
from sqlalchemy import Connection, text

from adapters.agents.signing import verify
from bot.app import App
from bot.policy import load_policy
from bot.settings import Settings
from storage.verifying import AuditReport
from storage.verifying import verify as verify_audit
from tests.e2e.placet_process import AgentKey, PlacetProcess
from tests.fakes.clock import MovedClock
from tests.fakes.slack_http import Delivered
from tests.fakes.slack_screen import Card
from tests.fakes.slack_server import FakeSlack
from tests.flows.world import ANN, BEN, POLICY, refund

SECRET_KEY = "killing-" * 5
ALLOWED = "127.0.0.0/8"


@dataclass(slots=True)
class Ledger:
    """What the outside was promised, and what it was told."""

    #: idempotency key to the ids that answered it with a success
    accepted: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    #: requests on which a press was acknowledged
    pressed: set[str] = field(default_factory=set)
    #: request and callback type to the ids and bodies that arrived
    callbacks: dict[tuple[str, str], set[tuple[str, bytes]]] = field(default_factory=lambda: defaultdict(set))


class Siege:
    """A process under load, with Slack and an agent in front of it."""

    def __init__(self, database_url: str, folder: Path, *, seed: int) -> None:
        self.ledger = Ledger()
        self._chance = random.Random(seed)
        self._database_url, self._folder = database_url, folder
        self._slack = FakeSlack(burst=10_000)
        for name in ("support", "leads"):
            self._slack.add_channel(name)
        receiver = web.Application()
        receiver.router.add_post("/placet", self._take)
        self._receiver = TestServer(receiver)
        self._secret = ""

    async def run(self, *, kills: int) -> AuditReport:
        """Load and kill; then finish what was begun, with time moved past every lease."""
        await self._slack.open()
        await self._receiver.start_server()
        callback = str(self._receiver.make_url("/placet"))
        policy = POLICY.format(callback=callback).replace("open_requests: 50", "open_requests: 100000")
        process = PlacetProcess(self._folder, policy=policy, settings=self._environment())
        try:
            await self._under_fire(process, kills)
            return await self._finish()
        finally:
            await asyncio.to_thread(process.stop)
            await self._receiver.close()
            await self._slack.shut()

    async def _under_fire(self, process: PlacetProcess, kills: int) -> None:
        key = await asyncio.to_thread(process.create_key)
        self._secret = key.callback_secret
        await asyncio.to_thread(process.start)
        self._slack.connect(process.slack_request_url)
        load = [asyncio.create_task(self._ask(process.url, key, number)) for number in range(4)]
        load += [asyncio.create_task(self._press(number)) for number in range(2)]
        for _ in range(kills):
            await asyncio.sleep(self._chance.uniform(0.3, 2.0))
            await asyncio.to_thread(process.kill)
            await asyncio.to_thread(process.start)
        for task in load:
            task.cancel()
        await asyncio.gather(*load, return_exceptions=True)
        await asyncio.to_thread(process.kill)

    async def _ask(self, url: str, key: AgentKey, number: int) -> None:
        """Post one request after the other, each until it is accepted, always under its own key."""
        headers = {"Authorization": f"Bearer {key.api_key}"}
        async with aiohttp.ClientSession(url, headers=headers) as http:
            asked = 0
            while True:
                asked += 1
                name = f"agent-{number}-{asked}"
                while not self.ledger.accepted[name]:
                    await self._post(http, name)
                if self._chance.random() < 0.3:
                    await self._post(http, name)

    async def _post(self, http: aiohttp.ClientSession, name: str) -> None:
        with suppress(aiohttp.ClientError, TimeoutError):
            # Each about somebody else, so that nobody asks for the same.
            body = refund(context={"subject": {"id": name}})
            async with http.post("/v1/approvals", json=body, headers={"Idempotency-Key": name}) as answer:
                if answer.status in (200, 201):
                    self.ledger.accepted[name].add((await answer.json())["id"])
                    return
        await asyncio.sleep(0.05)

    async def _press(self, number: int) -> None:
        while True:
            await asyncio.sleep(0.02)
            waiting = [card for card in self._slack.cards("#support") if "Approve" in card.buttons]
            if not waiting:
                continue
            card = self._chance.choice(waiting)
            with suppress(aiohttp.ClientError, TimeoutError, AssertionError):
                delivered: Delivered = await card.press("Approve", by=self._chance.choice((ANN, BEN)))
                if delivered.status == 200:
                    self.ledger.pressed.add(_request_of(card))

    async def _take(self, request: web.Request) -> web.Response:
        body = await request.read()
        verify([self._secret], request.headers, body, now=datetime.now(UTC), tolerance=timedelta(hours=1))
        event: Mapping[str, Any] = json.loads(body)
        told = (event["data"]["approval"]["id"], event["type"])
        self.ledger.callbacks[told].add((request.headers["webhook-id"], body))
        return web.Response(status=500 if self._chance.random() < 0.1 else 200)

    async def _finish(self) -> AuditReport:
        clock = MovedClock(datetime.now(UTC) + timedelta(minutes=2))
        app = App(
            Settings.model_validate(self._settings()), load_policy(self._folder / "policy.yml"), clock=clock
        )
        await app.start()
        try:
            quiet = 0
            while quiet < 3:
                quiet = quiet + 1 if await app.worker.drain() == 0 else 0
                clock.advance(seconds=20)
            for request_id in sorted(set().union(*self.ledger.accepted.values())):
                stored = await app.store.read(request_id)
                assert stored is not None, f"{request_id} was acknowledged and is lost"
                if request_id in self.ledger.pressed:
                    assert stored.request.status == "approved", f"a press on {request_id} was lost"
            assert await app.store.query(_decided_twice) == []
            while await app.store.query(_unsealed):
                await app.upkeep.seal()
            return await app.store.query(lambda connection: verify_audit(connection, app.key_ring.is_signed))
        finally:
            await app.close()

    def _environment(self) -> dict[str, str]:
        return {
            "PLACET_DATABASE_URL": self._database_url,
            "PLACET_SECRET_KEY": SECRET_KEY,
            "PLACET_SLACK_BOT_TOKEN": self._slack.bot_token,
            "PLACET_SLACK_SIGNING_SECRET": self._slack.signing_secret,
            "PLACET_SLACK_API_URL": self._slack.api_url,
        }

    def _settings(self) -> dict[str, Any]:
        return {
            "database_url": self._database_url,
            "policy": self._folder / "policy.yml",
            "secret_key": (SECRET_KEY,),
            "callback_allow_networks": (ALLOWED,),
            "slack_bot_token": self._slack.bot_token,
            "slack_signing_secret": (self._slack.signing_secret,),
            "slack_api_url": self._slack.api_url,
        }


def _request_of(card: Card) -> str:
    block = next(block for block in card.blocks if block["type"] == "actions")
    return str(block["block_id"]).partition(":")[2]


def _decided_twice(connection: Connection) -> list[str]:
    decided = "SELECT subject FROM audit_event WHERE kind = 'request.decided'"
    return list(connection.execute(text(f"{decided} GROUP BY subject HAVING count(*) > 1")).scalars())


def _unsealed(connection: Connection) -> bool:
    return (
        connection.execute(text("SELECT 1 FROM audit_event WHERE seal IS NULL LIMIT 1")).first() is not None
    )
