"""What goes on by itself: rung by commits, found by looking where a ring was lost, else left alone."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import cast

import pytest

from bot.domain.directory import Directory
from bot.domain.errors import Busy
from bot.group_keeper import GroupKeeper
from bot.looking import SELDOM, look_every
from bot.metrics import Metrics
from bot.policy import PolicyBook
from bot.upkeep import Upkeep
from tests.fakes.clock import MovedClock, settled
from tests.fakes.job_store import JobStore
from tests.fakes.memory_groups import MemoryGroups
from tests.fakes.workshop import Workshop

SECOND = timedelta(seconds=1)


class Kept:
    """A store and its housekeeping: counts what is done, by name."""

    def __init__(self) -> None:
        self.did: Counter[str] = Counter()
        self.notices_others = True
        self._commits: list[Callable[[], None]] = []

    def commit(self) -> None:
        """Something was committed, here or elsewhere."""
        for told in self._commits:
            told()

    async def learn(self) -> None:
        self.did["learn"] += 1

    async def seal(self) -> timedelta:
        return self._done("seal")

    async def measure(self) -> timedelta:
        return self._done("measure")

    async def prune(self) -> timedelta:
        return timedelta(hours=1)

    async def retain(self) -> timedelta:
        return timedelta(hours=1)

    async def wind_back(self, by: timedelta) -> int:
        return 0

    def watch_commits(self, listener: Callable[[], None]) -> None:
        self._commits.append(listener)

    def watch_holds(self, listener: Callable[[], None]) -> None:
        pass

    def _done(self, what: str) -> timedelta:
        self.did[what] += 1
        return look_every(self, SECOND)


class Book:
    """A policy that stays as it is."""

    prepared = 0
    platform_is_away = False

    async def step(self) -> timedelta:
        """Its file is unchanged."""
        return timedelta(hours=1)

    async def prepare(self) -> None:
        """Ask the platforms again."""
        self.prepared += 1
        if self.platform_is_away:
            raise Busy


class Process:
    """One process with its loops on a clock that a test moves."""

    def __init__(self) -> None:
        self.clock, self.kept, self.book = MovedClock(), Kept(), Book()
        self.store = JobStore(self.clock)
        self.store.is_told = True
        self.has_news = False
        self.upkeep = Upkeep(
            store=self.kept,
            book=cast(PolicyBook, self.book),
            worker=Workshop(self.store, self.clock).worker,
            groups=GroupKeeper(
                book=MemoryGroups(),
                sources={},
                directory=lambda: Directory(people={}),
                clock=self.clock,
                metrics=Metrics(),
            ),
            housekeeping=self.kept,
            has_news=self._has_news,
            alarm=self.clock.alarm,
        )

    async def _has_news(self) -> bool:
        return self.has_news

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Counter[str]]:
        """Let it run; what it does from then on is counted."""
        stopped = asyncio.Event()
        run = asyncio.create_task(self.upkeep.work(stopped))
        await settled()
        self.kept.did.clear()
        yield self.kept.did
        stopped.set()
        await run


@pytest.fixture
def process() -> Process:
    return Process()


async def test_with_nothing_to_do_each_thing_is_looked_at_every_five_seconds(process: Process) -> None:
    async with process.running() as did:
        await process.clock.run(minutes=1)
        assert did == dict.fromkeys(("seal", "measure", "learn"), 60 // SELDOM.seconds)


async def test_after_a_commit_it_is_sealed_within_a_second_and_measured_within_two(process: Process) -> None:
    async with process.running() as did:
        process.kept.commit()
        await process.clock.run(seconds=0.9)
        process.kept.commit()
        assert did == {}
        await process.clock.run(seconds=0.1)
        assert did == {"seal": 1}
        await process.clock.run(seconds=1)
        assert did == {"seal": 1, "measure": 1, "learn": 1}


async def test_many_commits_make_no_more_work_than_one_a_second(process: Process) -> None:
    async with process.running() as did:
        for _ in range(200):
            process.kept.commit()
            await process.clock.run(seconds=0.05)
        assert did["seal"] <= 10
        assert did["measure"] <= 5


async def test_where_nobody_tells_of_commits_it_looks_as_often_as_it_would_be_told(process: Process) -> None:
    process.kept.notices_others = False
    async with process.running() as did:
        await process.clock.run(minutes=1)
        assert did == {"seal": 60, "measure": 60, "learn": 30}


async def test_what_a_platform_could_not_tell_is_asked_again_every_two_seconds(process: Process) -> None:
    process.has_news = True
    async with process.running():
        asked = process.book.prepared
        await process.clock.run(minutes=1)
        assert process.book.prepared - asked == 30


async def test_what_other_processes_stored_is_read_although_a_platform_is_away(process: Process) -> None:
    process.has_news, process.book.platform_is_away = True, True
    async with process.running() as did:
        await process.clock.run(minutes=1)
        assert process.book.prepared > 1
        assert did["learn"] > 1
