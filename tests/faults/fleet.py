"""Several processes on one PostgreSQL under siege, behind a balancer that knows who is ready."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TypeAlias

from aiohttp import web

from tests.faults.company import CHANNELS
from tests.faults.forks import Forks
from tests.faults.load import request_of
from tests.faults.serving import Serving
from tests.faults.siege import Siege
from tests.upgrading.balancer import Balancer

#: a process as its command line says it: `("serve", "--no-worker")`
Role: TypeAlias = tuple[str, ...]
SERVE: Role = ("serve",)
DOOR: Role = ("serve", "--no-worker")
WORKER: Role = ("worker",)


class Fleet(Siege):
    """Processes by number, in the order of their roles; none runs before it is started."""

    def __init__(
        self, database_url: str, folder: Path, forks: Forks, *, roles: Sequence[Role], seed: int
    ) -> None:
        super().__init__(database_url, folder, forks, seed=seed)
        self._roles = roles
        self._balancer = Balancer(seed=seed)
        self.processes: list[Serving] = []
        #: how often each callback was answered with a success, by its id
        self.taken: Counter[str] = Counter()

    async def start(self, *numbers: int) -> None:
        """Start these at the same time, or all; they are given something to do when they are ready."""
        chosen = [self.processes[n] for n in numbers] or self.processes
        await asyncio.gather(*(process.start() for process in chosen))
        self._point()

    async def kill(self, number: int) -> None:
        """At once; the balancer learns it later."""
        await self.processes[number].kill()
        self._point()

    async def does(self, more: int, *, within_s: float = 90.0) -> None:
        """Wait until so much more was acknowledged."""
        wanted = self.load.ledger.acknowledged + more
        try:
            async with asyncio.timeout(within_s):
                while self.load.ledger.acknowledged < wanted:
                    await asyncio.sleep(0.05)
        except TimeoutError:
            raise AssertionError("\n".join(["It did not go on:", *self.logs()])) from None

    def doubled(self) -> list[str]:
        """Requests that have more cards in their channel than one, and callbacks that were taken twice."""
        cards = [card for name in range(CHANNELS) for card in self.slack.cards(f"#c{name}")]
        asking = [card for card in cards if any(block["type"] == "actions" for block in card.blocks)]
        shown = Counter(request_of(card) for card in asking)
        return [name for counted in (shown, self.taken) for name, times in counted.items() if times > 1]

    def logs(self) -> list[str]:
        """The end of what each has written."""
        return [process.log()[-2000:] for process in self.processes]

    async def _ready_to_start(self) -> str:
        for number, role in enumerate(self._roles):
            folder = self._folder / f"process-{number}"
            folder.mkdir()
            process = Serving(folder, self._environment(), self._forks, arguments=role)
            self.processes.append(await self._running.enter_async_context(process))
        self._running.push_async_callback(self._end)
        self._running.push_async_callback(self._balancer.shut)
        return await self._balancer.open()

    async def _end(self) -> None:
        await asyncio.gather(*(process.kill() for process in self.processes))

    def _point(self) -> None:
        doors = zip(self._roles, self.processes, strict=True)
        self._balancer.targets = [
            int(process.url.rpartition(":")[2])
            for role, process in doors
            if role != WORKER and process.is_running
        ]

    async def _receive(self, call: web.Request) -> web.Response:
        answer = await super()._receive(call)
        self.taken[call.headers["webhook-id"]] += answer.status == 200
        return answer
