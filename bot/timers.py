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
#: while something stays due (another process is at it), the store is asked no more often
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
    _expected_at: datetime | None = None

    async def step(self) -> timedelta:
        """Fire what is due now; returns how long nothing will be."""
        if self._is_in_doubt():
            return OFTEN
        fired = await self.fire()
        self.store.fire_beside(self.clock() + BESIDE, self._note)
        if fired:
            # More may be due by now, and firing finds that sooner than a question of its own would.
            return timedelta(0)
        due_at = await self.store.next_due(jobs=False)
        now = self.clock()
        self._expected_at = due_at if due_at is not None and due_at > now else None
        longest = look_every(self.store)
        if due_at is None:
            return longest
        return min(due_at - now, longest) if due_at > now else LOOK_AGAIN

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
