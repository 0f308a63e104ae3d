"""The worker: carries effects outward and fires timers.

Four loops, each woken by its own bell: claiming jobs (rung by commits and by jobs that
were settled), settling them, firing timers, and the watchdog. Any number of workers may share one
PostgreSQL; leases keep them apart, and what a killed one had begun comes again when its lease ends.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.bell import Alarm, Bell, loop_alarm
from bot.looking import OFTEN, look_every
from bot.loop import Loop
from bot.metrics import Metrics
from bot.outbox import Outbox
from bot.pacing import Pacing
from bot.ports import Clock, Job, JobsAhead, Store
from bot.settling import Settling
from bot.timers import Timers
from bot.watchdog import Watchdog

#: jobs under way at a time, those not counted that have been for longer than `SLOW_AFTER` …
ROOM = 64
SLOW_AFTER = timedelta(seconds=1)
#: … and with those; so destinations that hang do not take the room of the others
MOST = 256
#: longer than the longest attempt, so that two workers never carry the same job at a time
LEASE = timedelta(seconds=60)
#: how long a shutdown waits for jobs under way, and for writing down what they came to
PATIENCE = timedelta(seconds=10)

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Begun:
    """A job under way, and since when."""

    job: Job
    at: datetime


class NoEnd(RuntimeError):
    """Draining came to no end: jobs or timers cause each other at the same moment for ever."""


class Worker:
    """Carries out jobs and fires timers until it is stopped."""

    def __init__(
        self,
        *,
        store: Store,
        outbox: Outbox,
        clock: Clock,
        metrics: Metrics,
        pacing: Pacing | None = None,
        alarm: Alarm = loop_alarm,
        room: int = ROOM,
        lease: timedelta = LEASE,
        elapsed: Callable[[], float] | None = None,
    ) -> None:
        """`elapsed` counts seconds whatever happens to the clock; without it the clock is always believed."""
        self._store, self._outbox, self._clock, self._metrics = store, outbox, clock, metrics
        self._pacing = pacing or Pacing(clock)
        self._room, self._lease = room, lease
        self._under_way: dict[asyncio.Task[None], _Begun] = {}
        self._timers = Timers(store=store, clock=clock, metrics=metrics, elapsed=elapsed)
        self._settling = Settling(store=store, clock=clock, lease=lease, settled=self._on_settled)
        watchdog = Watchdog(store=store, clock=clock, metrics=metrics)
        self._claiming = Loop(doing="claiming jobs", step=self._claim, bell=Bell(alarm))
        self._writing = Loop(doing="writing down attempts", step=self._settling.step, bell=Bell(alarm))
        self._firing = Loop(doing="firing timers", step=self._timers.step, bell=Bell(alarm))
        self._loops = (
            self._claiming,
            self._writing,
            self._firing,
            Loop(doing="measuring the backlog", step=watchdog.step, bell=Bell(alarm)),
        )
        #: whether nothing was to be expected when it began to rest: then it looks before it leases
        self._looks_first = False
        self._patience = PATIENCE
        self._is_running = False
        self._ended = asyncio.Event()
        metrics.under_way.set_function(lambda: len(self._under_way))

    async def run(self) -> None:
        """Work until `stop`; when cancelled, everything under way is left to its lease."""
        self._is_running = True
        stop_watching = self._store.watch_work(self._on_commit)
        try:
            async with asyncio.TaskGroup() as loops:
                for loop in self._loops:
                    loops.create_task(loop.run(), name=f"worker: {loop.doing}")
            await self._wind_up()
        finally:
            stop_watching()
            self._timers.stop()
            for task in self._under_way:
                task.cancel()
            self._ended.set()

    async def stop(self, patience: timedelta = PATIENCE) -> None:
        """Claim nothing more, give what is under way this long, and return when `run` has ended."""
        self._patience = patience
        for loop in self._loops:
            loop.stop()
        if self._is_running:
            await self._ended.wait()

    @property
    def clock(self) -> Clock:
        """What it goes by."""
        return self._clock

    def forget_moments(self) -> None:
        """The clock was set: rest nowhere because of what it said before."""
        self._pacing.forget_moments()
        self._claiming.bell.ring()
        self._firing.bell.ring()

    async def drain(self, *, max_rounds: int = 1000) -> int:
        """For tests: work until nothing is due at the clock's time; how many jobs and timers that were.

        Not to be mixed with `run`. What waits for a destination's pace is left. Raises `NoEnd`.
        """
        done = 0
        for _ in range(max_rounds):
            fired = await self._timers.fire()
            jobs = await self._lease_jobs(self._room)
            await asyncio.gather(*(self._carry(job) for job in jobs))
            while self._settling.left:
                await self._settling.step()
            if not fired and not jobs:
                return done
            done += fired + len(jobs)
        raise NoEnd(f"Still something due after {max_rounds} rounds.")

    async def _claim(self) -> timedelta:
        room = self._room_left()
        if room <= 0:
            return OFTEN
        if not self._claiming.bell.was_rung and self._looks_first:
            ahead = await self._store.jobs_ahead(self._pacing.full())
            if not ahead.is_any_due:
                return self._rest(ahead)
        for job in await self._lease_jobs(room):
            task = asyncio.create_task(self._carry(job), name=f"worker: {type(job).__name__}")
            self._under_way[task] = _Begun(job, self._clock())
            task.add_done_callback(self._on_carried)
        if self._claiming.bell.is_rung:
            return timedelta(0)
        return self._rest(await self._store.jobs_ahead(self._pacing.full()))

    def _room_left(self) -> int:
        slow_since = self._clock() - SLOW_AFTER
        brisk = sum(begun.at > slow_since for begun in self._under_way.values())
        return min(self._room - brisk, MOST - len(self._under_way))

    async def _lease_jobs(self, room: int) -> Sequence[Job]:
        jobs = await self._store.claim(
            limit=room, busy=self._pacing.busy(), lease=self._lease, compose=self._outbox.compose
        )
        for job in jobs:
            self._pacing.begin(job)
        return jobs

    def _rest(self, ahead: JobsAhead) -> timedelta:
        """Until the next job is due or a resting destination may be sent to; commits and ends ring before."""
        now, longest = self._clock(), look_every(self._store)
        times = (ahead.next_at, self._pacing.free_at())
        rest = min([at - now for at in times if at is not None and at > now] + [longest])
        self._looks_first = rest == longest
        return rest

    async def _carry(self, job: Job) -> None:
        began_at = self._clock()
        try:
            performed = await self._outbox.perform(job)
        except BaseException:  # a cancelled job must give its slot back too
            self._pacing.end(job, None)
            raise
        self._pacing.end(job, performed.answered)
        self._metrics.attempted(performed.attempted, self._clock() - began_at)
        self._settling.add(performed.attempted)

    def _on_commit(self, within: timedelta) -> None:
        self._claiming.bell.ring_within(within)
        self._firing.bell.ring_within(OFTEN)

    def _on_carried(self, task: asyncio.Task[None]) -> None:
        begun = self._under_way.pop(task)
        if task.cancelled():
            self._settling.add(self._outbox.interrupted(begun.job))
        self._writing.bell.ring()

    def _on_settled(self) -> None:
        self._claiming.bell.ring()

    async def _wind_up(self) -> None:
        """Wait for what is under way, cut the rest off, and write down what came of it."""
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=self._patience.total_seconds())
        cut_off = list(self._under_way)
        for task in cut_off:
            task.cancel()
        await asyncio.gather(*cut_off, return_exceptions=True)
        try:
            async with asyncio.timeout(PATIENCE.total_seconds()):
                while self._settling.left:
                    await self._settling.step()
        except Exception:  # noqa: BLE001 - a shutdown ends, whatever fails
            _log.exception("%d attempts could not be written down; they are made again.", self._settling.left)
