"""Timers: folds what is due into its requests, as close to its time as the database lets it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.looking import OFTEN, look_every
from bot.metrics import Metrics
from bot.ports import Clock, Store

#: requests folded at a time
BATCH = 128
#: when something is due that another process is just firing, the store is asked no more often
LOOK_AGAIN = timedelta(milliseconds=25)
#: after each look, writes fire what is due as well for as long; shorter than a leap, so that none is believed
BESIDE = timedelta(seconds=10)
#: a clock that was set forward by more than this …
LEAP = timedelta(minutes=1)
#: … is believed after as long: a glitch ends no request, and after a pause of the whole machine people have
#: that much time to say no before silence counts
DOUBT = timedelta(minutes=1)


@dataclass(slots=True, kw_only=True)
class Timers:
    """Fires what is due."""

    store: Store
    clock: Clock
    metrics: Metrics
    #: counts seconds whatever happens to the clock; None where the clock is believed at once
    elapsed: Callable[[], float] | None = None
    _began_at: datetime | None = None
    #: of `elapsed`
    _believed_from: float = 0.0
    #: when the next timer runs out, as far as this process knows
    _next_at: datetime | None = None
    _expected_at: datetime | None = None

    async def step(self) -> timedelta:
        """Fire what is due now; returns how long nothing will be."""
        if self._is_in_doubt():
            return OFTEN
        # Woken by the time of a timer it fires at once; woken by anything else it looks first, and mostly
        # nothing is due: looking takes no lock and writes nothing.
        if not self._is_due() and not await self._look():
            return self._rest()
        fired = await self.fire()
        self._let_writes_fire()
        if fired:
            # More may be due by now, and firing finds that sooner than a question of its own would.
            return timedelta(0)
        return LOOK_AGAIN if await self._look() else self._rest()

    async def _look(self) -> bool:
        """Ask for the next timer; whether it is due."""
        self._next_at = await self.store.next_timer()
        is_due = self._is_due()
        self._expected_at = None if is_due else self._next_at
        self._let_writes_fire()
        return is_due

    def _let_writes_fire(self) -> None:
        self.store.fire_beside(self.clock() + BESIDE, self._note)

    def _is_due(self) -> bool:
        return self._next_at is not None and self._next_at <= self.clock()

    def _rest(self) -> timedelta:
        longest = look_every(self.store)
        return longest if self._next_at is None else min(self._next_at - self.clock(), longest)

    def stop(self) -> None:
        """Let writes fire nothing any more."""
        self.store.fire_beside(self.clock(), self._note)

    def _is_in_doubt(self) -> bool:
        """Whether the clock leapt forward a moment ago."""
        if self.elapsed is None:
            return False
        elapsed = self.elapsed()
        began_at = self.clock() - timedelta(seconds=elapsed)
        leapt = self._began_at is not None and began_at - self._began_at > LEAP
        was_set_back = self._began_at is not None and self._began_at - began_at > LEAP
        self._began_at = began_at
        if leapt:
            self._believed_from = elapsed + DOUBT.total_seconds()
        elif was_set_back:
            self._believed_from = 0.0
        return elapsed < self._believed_from

    async def fire(self) -> int:
        """Fold everything that is due now; how many requests changed."""
        fired = 0
        while changed := await self.store.fire_due(BATCH):
            self._note(changed)
            fired += changed
            if changed < BATCH:
                break
        return fired

    def _note(self, changed: int) -> None:
        self.metrics.fired(changed)
        if self._expected_at is not None:
            self.metrics.late(self.clock() - self._expected_at)
            self._expected_at = None
