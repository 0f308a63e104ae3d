"""An installation upgraded under load: processes of two versions on one database, behind a balancer."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self

from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.app import App
from bot.policy import load_policy
from bot.settings import Settings
from tests.e2e.placet_process import PlacetProcess
from tests.fakes.clock import MovedClock
from tests.fakes.slack_server import FakeSlack
from tests.faults.company import CHANNELS, policy
from tests.faults.examiner import examine
from tests.faults.load import Load
from tests.upgrading.balancer import Balancer

_SECRET_KEY = "rollout-" * 5
_ALLOWED = "127.0.0.0/8"


class Rollout:
    """The load begins with the first process, and ends with `examined`."""

    def __init__(self, database_url: str, folder: Path, *, seed: int) -> None:
        self._database_url, self._folder = database_url, folder
        self._slack = FakeSlack(burst=10_000)
        for name in range(CHANNELS):
            self._slack.add_channel(f"c{name}")
        self.load = Load(self._slack, seed=seed)
        self._balancer = Balancer(seed=seed)
        self._receiver = TestServer(web.Application())
        self._running = AsyncExitStack()
        self._processes: dict[str, PlacetProcess] = {}

    async def __aenter__(self) -> Self:
        await self._running.enter_async_context(self._slack)
        self._receiver.app.router.add_post("/placet", self.load.receive)
        await self._receiver.start_server()
        self._running.push_async_callback(self._receiver.close)
        self.load.url = await self._balancer.open()
        self._running.push_async_callback(self._balancer.shut)
        self._slack.connect(f"{self.load.url}/slack/events")
        return self

    async def __aexit__(self, *error: object) -> None:
        for process in self._processes.values():
            await asyncio.to_thread(process.stop)
        await self._running.aclose()

    async def start(self, name: str, code: Path, *, goes_on: float) -> None:
        """Start a process on this code; the load goes on for so many seconds with it."""
        folder = self._folder / name
        folder.mkdir(exist_ok=True)
        environment = self._environment() | {"PYTHONPATH": str(code)}
        text = policy(str(self._receiver.make_url("/placet")))
        process = self._processes[name] = PlacetProcess(folder, policy=text, settings=environment)
        if not self.load.api_key:
            key = await asyncio.to_thread(process.create_key)
            self.load.api_key, self.load.secret = key.api_key, key.callback_secret
            self.load.start()
        await asyncio.to_thread(process.start)
        self._point()
        await asyncio.sleep(goes_on)

    async def stop(self, name: str) -> None:
        """In good order: the balancer knows before."""
        process = self._processes.pop(name)
        self._point()
        await asyncio.to_thread(process.terminate)

    async def kill(self, name: str) -> None:
        """At once; the balancer learns it later."""
        process = self._processes.pop(name)
        await asyncio.to_thread(process.kill)
        self._point()

    async def examined(self) -> str:
        """End the load and every process, finish what was begun, and look; the figures."""
        await self.load.stop()
        for name in list(self._processes):
            await self.kill(name)
        clock = MovedClock(datetime.now(UTC) + timedelta(minutes=2))
        app = self._app(clock)
        await app.start()
        try:
            quiet = 0
            while quiet < 3:
                quiet = quiet + 1 if await app.worker.drain() == 0 else 0
                clock.advance(seconds=20)
            return await examine(app, self.load.ledger, self._slack)
        finally:
            await app.close()

    def _point(self) -> None:
        self._balancer.targets = [int(process.url.rpartition(":")[2]) for process in self._processes.values()]

    def _app(self, clock: MovedClock) -> App:
        path = self._folder / "policy.yml"
        path.write_text(policy(str(self._receiver.make_url("/placet"))))
        settings = {
            "database_url": self._database_url,
            "policy": path,
            "secret_key": (_SECRET_KEY,),
            "callback_allow_networks": (_ALLOWED,),
            "slack_bot_token": self._slack.bot_token,
            "slack_signing_secret": (self._slack.signing_secret,),
            "slack_api_url": self._slack.api_url,
        }
        return App(Settings.model_validate(settings), load_policy(path), clock=clock)

    def _environment(self) -> dict[str, str]:
        return {
            "PLACET_DATABASE_URL": self._database_url,
            "PLACET_SECRET_KEY": _SECRET_KEY,
            "PLACET_CALLBACK_ALLOW_NETWORKS": _ALLOWED,
            "PLACET_BATCH_OVER": "1000",
            "PLACET_SLACK_BOT_TOKEN": self._slack.bot_token,
            "PLACET_SLACK_SIGNING_SECRET": self._slack.signing_secret,
            "PLACET_SLACK_API_URL": self._slack.api_url,
        }
