"""An installation under siege: a real process on a real database, with Slack and an agent in front of it."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.app import App
from bot.now import utc_now
from bot.pace import UNPACED
from bot.pacing import Pacing
from bot.policy import load_policy
from bot.ports import Clock
from bot.settings import Settings
from tests.fakes.clock import MovedClock
from tests.fakes.slack_server import FakeSlack
from tests.faults.company import AGENT, CHANNELS, policy
from tests.faults.examiner import examine
from tests.faults.forks import Forks
from tests.faults.load import Load
from tests.faults.serving import Serving

SECRET_KEY = "siege-" * 7
_ALLOWED = "127.0.0.0/8"


class Siege:
    """Begins with a migrated database, a key, and a load that goes on until `examined`."""

    def __init__(self, database_url: str, folder: Path, forks: Forks, *, seed: int) -> None:
        self._database_url, self._folder, self._forks = database_url, folder, forks
        #: how far the clock of the product is from the true time; Slack's goes with it
        self.distance = timedelta(0)
        self.slack = FakeSlack(lambda: datetime.now(UTC) + self.distance, burst=10_000)
        self.slack.methods.page = 100  # as Slack's; a post in doubt is looked for on five pages
        for name in range(CHANNELS):
            self.slack.add_channel(f"c{name}")
        self.load = Load(self.slack, seed=seed)
        self._receiver = TestServer(web.Application())
        self._running = AsyncExitStack()
        self.serving: Serving

    async def __aenter__(self) -> Self:
        await self._running.enter_async_context(self.slack)
        self._receiver.app.router.add_post("/placet", self._receive)
        await self._receiver.start_server()
        self._running.push_async_callback(self._receiver.close)
        (self._folder / "policy.yml").write_text(policy(str(self._receiver.make_url("/placet"))))
        await self._make_key()
        self.load.url = await self._ready_to_start()
        self.slack.connect(f"{self.load.url}/slack/events")
        self.load.start()
        return self

    async def _ready_to_start(self) -> str:
        """What can be started, but was not; where it will answer."""
        serving = Serving(self._folder, self._environment(), self._forks)
        self.serving = await self._running.enter_async_context(serving)
        return self.serving.url

    async def __aexit__(self, *error: object) -> None:
        await self._running.aclose()

    async def examined(self) -> str:
        """End the load, finish what was begun with time moved past every lease, and look; the figures."""
        await self.load.stop()
        await self._end()
        clock = MovedClock(datetime.now(UTC) + self.distance + timedelta(minutes=2))
        app = self._app(clock)
        await app.start()
        try:
            quiet = 0
            while quiet < 3:
                quiet = quiet + 1 if await app.worker.drain() == 0 else 0
                clock.advance(seconds=20)
            return await examine(app, self.load.ledger, self.slack)
        finally:
            await app.close()

    async def _receive(self, call: web.Request) -> web.Response:
        return await self.load.receive(call)

    async def _end(self) -> None:
        await self.serving.kill()

    async def goes_on(self, *, more: int = 10, within_s: float = 90.0) -> None:
        """Wait until the process that runs is ready, and so much more was acknowledged."""
        wanted = self.load.ledger.acknowledged + more
        async with aiohttp.ClientSession() as http:
            try:
                async with asyncio.timeout(within_s):
                    while await self.serving.ready(http) != 200 or self.load.ledger.acknowledged < wanted:
                        await asyncio.sleep(0.05)
            except TimeoutError:
                raise AssertionError(f"It did not go on:\n{self.serving.log()[-4000:]}") from None
        assert self.serving.is_running

    def jump(self, distance: timedelta) -> None:
        """Set the clock of the process that runs so far from the true time."""
        self.distance = distance
        self.serving.jump(distance.total_seconds())

    async def is_turned_away(self, *, within_s: float = 90.0) -> None:
        """Wait until agents are told to come back later."""
        before = self.load.ledger.turned_away
        async with asyncio.timeout(within_s):
            while self.load.ledger.turned_away == before:
                await asyncio.sleep(0.05)

    async def _make_key(self) -> None:
        app = self._app(utc_now)
        await app.start()
        try:
            key = await app.keys.create(AGENT)
        finally:
            await app.close()
        self.load.api_key, self.load.secret = key.api_key, key.callback_secret

    def _app(self, clock: Clock) -> App:
        settings = {
            "database_url": self._database_url,
            "policy": self._folder / "policy.yml",
            "secret_key": (SECRET_KEY,),
            "callback_allow_networks": (_ALLOWED,),
            "slack_bot_token": self.slack.bot_token,
            "slack_signing_secret": (self.slack.signing_secret,),
            "slack_api_url": self.slack.api_url,
        }
        app = App(Settings.model_validate(settings), load_policy(self._folder / "policy.yml"), clock=clock)
        app.worker._pacing = Pacing(clock, UNPACED)
        return app

    def _environment(self) -> dict[str, str]:
        return {
            "PLACET_DATABASE_URL": self._database_url,
            "PLACET_POLICY": str(self._folder / "policy.yml"),
            "PLACET_SECRET_KEY": SECRET_KEY,
            "PLACET_CALLBACK_ALLOW_NETWORKS": _ALLOWED,
            "PLACET_BATCH_OVER": "1000",
            "PLACET_SLACK_BOT_TOKEN": self.slack.bot_token,
            "PLACET_SLACK_SIGNING_SECRET": self.slack.signing_secret,
            "PLACET_SLACK_API_URL": self.slack.api_url,
        }
