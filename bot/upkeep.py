"""What goes on by itself while a process runs: carrying, sealing, measuring, pruning, keeping up."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol

from bot.bell import Alarm, Bell, loop_alarm
from bot.clock_watch import ClockWatch
from bot.group_keeper import GroupKeeper
from bot.looking import look_every
from bot.loop import Loop
from bot.policy import PolicyBook
from bot.worker import Worker

#: how often a platform is asked again what it could not tell, and how soon after a commit what processes
#: know is read again
RETRY_EVERY = timedelta(seconds=2)
#: how soon after a commit audit events are sealed, and what was sealed is measured
SEAL_WITHIN, MEASURE_WITHIN = timedelta(seconds=1), timedelta(seconds=2)


class Learning(Protocol):
    """What other processes may have written since, and what waits here for it."""

    @property
    def notices_others(self) -> bool:
        """Whether it is told, half a second later at most, that another process has committed something."""

    async def learn(self) -> None:
        """Read what other processes may have found out about who is who."""

    def watch_commits(self, listener: Callable[[], None]) -> None:
        """Call the listener after each commit that changed anything, here or elsewhere."""

    def watch_holds(self, listener: Callable[[], None]) -> None:
        """Call the listener after a commit that made a press wait."""


class Housekeeping(Protocol):
    """Steps for loops; each says how long it may rest."""

    async def seal(self) -> timedelta:
        """Put unsealed audit events under a seal."""

    async def measure(self) -> timedelta:
        """Add what was sealed to the measures."""

    async def prune(self) -> timedelta:
        """Remove what is past its time."""

    async def retain(self) -> timedelta:
        """Erase what is kept no longer."""

    async def wind_back(self, by: timedelta) -> int:
        """The clock was set back; how many jobs wait for an earlier moment now."""


@dataclass(slots=True, kw_only=True)
class Upkeep:
    """The loops of one process."""

    store: Learning
    book: PolicyBook
    worker: Worker
    groups: GroupKeeper
    housekeeping: Housekeeping
    #: whether a platform could tell now what it could not when the policy was read
    has_news: Callable[[], Awaitable[bool]]
    #: what else goes on, by what it does, as logs tell it; each says how long it may rest
    others: Mapping[str, Callable[[], Awaitable[timedelta]]] = field(default_factory=dict)
    #: likewise, in processes that do no work outward too
    following: Mapping[str, Callable[[], Awaitable[timedelta]]] = field(default_factory=dict)
    alarm: Alarm = loop_alarm

    async def work(self, stopped: asyncio.Event) -> None:
        """Carry effects outward and fire timers until stopped; then finish or abandon what is begun."""
        loops = [
            self._rung("sealing the audit", self.housekeeping.seal, SEAL_WITHIN),
            self._rung("measuring", self.housekeeping.measure, MEASURE_WITHIN),
            Loop(doing="pruning", step=self.housekeeping.prune, bell=Bell(self.alarm)),
            Loop(
                doing="erasing what is kept no longer", step=self.housekeeping.retain, bell=Bell(self.alarm)
            ),
            Loop(doing="watching the clock", step=self._clock_watch().step, bell=Bell(self.alarm)),
            self._reading_groups(),
            *(Loop(doing=doing, step=step, bell=Bell(self.alarm)) for doing, step in self.others.items()),
        ]
        tasks = [asyncio.create_task(self.worker.run()), *(asyncio.create_task(loop.run()) for loop in loops)]
        await self.follow_policy(stopped)
        await self.worker.stop()
        for loop in loops:
            loop.stop()
        await asyncio.gather(*tasks)
        await self.seal()

    async def follow_policy(self, stopped: asyncio.Event) -> None:
        """Keep the policy in force in step with its file, and with the platforms, until stopped."""
        steps = {"reading the policy's file": self.book.step, **self.following}
        loops = [
            self._rung("making the policy ready", self.catch_up, RETRY_EVERY),
            *(Loop(doing=doing, step=step, bell=Bell(self.alarm)) for doing, step in steps.items()),
        ]
        tasks = [asyncio.create_task(loop.run()) for loop in loops]
        await stopped.wait()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def catch_up(self) -> timedelta:
        """Finish what a platform could not tell when the policy was read; returns how long to rest."""
        # First, since a platform may be away for long.
        await self.store.learn()
        has_news = await self.has_news()
        if has_news:
            await self.book.prepare()
        return RETRY_EVERY if has_news else look_every(self.store, RETRY_EVERY)

    async def seal(self) -> None:
        """Put what is unsealed under a seal now."""
        await self.housekeeping.seal()

    def _clock_watch(self) -> ClockWatch:
        return ClockWatch(
            self.worker.clock, wind_back=self.housekeeping.wind_back, forget=self.worker.forget_moments
        )

    def _rung(self, doing: str, step: Callable[[], Awaitable[timedelta]], within: timedelta) -> Loop:
        """A loop that takes a step so soon after a commit."""
        loop = Loop(doing=doing, step=step, bell=Bell(self.alarm))
        self.store.watch_commits(lambda: loop.bell.ring_within(within))
        return loop

    def _reading_groups(self) -> Loop:
        loop = Loop(doing="reading who is in groups", step=self.groups.step, bell=Bell(self.alarm))
        self.store.watch_holds(loop.bell.ring)
        self.store.watch_commits(lambda: loop.bell.ring_within(self.groups.soon))
        return loop
