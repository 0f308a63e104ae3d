"""`placet serve` for one test: started within a moment, killed at a named point or at any."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import aiohttp

from tests.faults import clocks
from tests.faults.forks import Forks
from tests.ports import LOOPBACK, free_port

#: the first waits for the fork server too
_START_TIMEOUT_S = 120.0
_LOOK_EVERY_S = 0.01


class Serving:
    """One after the other on the same port, with `settings` as its environment.

    `arguments` are those of the command line.
    """

    def __init__(
        self,
        folder: Path,
        settings: Mapping[str, str],
        forks: Forks,
        *,
        arguments: Sequence[str] = ("serve",),
    ) -> None:
        self._folder, self._arguments = folder, arguments
        self._clock = folder / "clock"
        self.log_file = folder / "placet.log"
        port = free_port()
        self.url = f"http://{LOOPBACK}:{port}"
        self._settings = {
            **settings,
            "PLACET_HOST": LOOPBACK,
            "PLACET_PORT": str(port),
            "PLACET_PUBLIC_URL": self.url,
        }
        self._forks = forks
        self._name = ""
        self._pid = 0
        self._ended: asyncio.Future[int] | None = None

    async def __aenter__(self) -> Self:
        self._name = self._forks.take(self._hear)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.kill()
        self._forks.give_back(self._name)

    @property
    def pid(self) -> int:
        """The process that serves now."""
        return self._pid

    @property
    def is_running(self) -> bool:
        """Whether one serves."""
        return self._ended is not None and not self._ended.done()

    async def start(self, *, doom: str = "") -> bool:
        """Start one that dies at `<point>#<n>`, if given; whether it got ready before it died."""
        assert not self.is_running
        self._ended = asyncio.get_running_loop().create_future()
        self._pid = 0
        asked = {
            "folder": str(self._folder),
            "settings": self._settings,
            "log": str(self.log_file),
            "clock": str(self._clock),
            "doom": doom,
            "arguments": list(self._arguments),
        }
        self._forks.ask(self._name, asked)
        ready = await self._gets_ready()
        assert ready or doom, f"placet serve ended with {self._ended.result()}:\n{self.log()}"
        return ready

    async def kill(self) -> None:
        """End it at once, as when the machine loses power; harmless when it ended by itself."""
        await self._signal(signal.SIGKILL)

    async def terminate(self) -> int:
        """Ask it to stop, as a service manager does; how it ended."""
        await self._signal(signal.SIGTERM)
        assert self._ended is not None
        return os.waitstatus_to_exitcode(self._ended.result())

    async def dies_within(self, seconds: float) -> bool:
        """Whether it ended by itself in that time."""
        assert self._ended is not None
        await asyncio.wait([self._ended], timeout=seconds)
        return self._ended.done()

    def jump(self, seconds: float) -> None:
        """Set its clock so far from the true time, from now on."""
        clocks.set_distance(self._clock, seconds)

    def log(self) -> str:
        """Everything that they have written."""
        return self.log_file.read_text() if self.log_file.exists() else ""

    async def ready(self, http: aiohttp.ClientSession) -> int:
        """What it answers to whether it is ready; 0 for nothing."""
        try:
            async with http.get(f"{self.url}/readyz", timeout=aiohttp.ClientTimeout(total=5)) as answer:
                return answer.status
        except (aiohttp.ClientError, TimeoutError):
            return 0

    async def _gets_ready(self) -> bool:
        async with aiohttp.ClientSession() as http, asyncio.timeout(_START_TIMEOUT_S):
            while self.is_running:
                # A worker answers no HTTP; it is seen by what it does.
                if self._pid and (self._arguments[0] == "worker" or await self.ready(http) == 200):
                    return True
                await asyncio.sleep(_LOOK_EVERY_S)
        return False

    async def _signal(self, which: signal.Signals) -> None:
        if self._ended is None:
            return
        while not self._pid and not self._ended.done():
            await asyncio.sleep(_LOOK_EVERY_S)
        if not self._ended.done():
            os.kill(self._pid, which)
        async with asyncio.timeout(_START_TIMEOUT_S):
            await asyncio.shield(self._ended)

    def _hear(self, word: str, number: int) -> None:
        if word == "began":
            self._pid = number
        else:
            self._over(number)

    def _over(self, status: int) -> None:
        if self._ended is not None and not self._ended.done():
            self._ended.set_result(status)

    def environment(self) -> dict[str, Any]:
        """The settings that it runs with."""
        return dict(self._settings)
