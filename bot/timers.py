"""Timers: folds what is due into its requests, as close to its time as the database lets it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.metrics import Metrics
from bot.ports import Clock, Store

#: requests folded at a time
BATCH = 128
#: another process may have made a timer, so the store is asked at least this often
LOOK_EVERY = timedelta(milliseconds=500)
#: when something is due that is no timer (a job that waits for its turn), the store is asked no more often
LOOK_AGAIN = timedelta(milliseconds=25)


@dataclass(slots=True, kw_only=True)
class Timers:
    """Fires what is due."""

    store: Store
    clock: Clock
    metrics: Metrics
    _expected_at: datetime | None = None

    async def step(self) -> timedelta:
        """Fire what is due now; returns how long nothing will be."""
        await self.fire()
        due_at = await self.store.next_due()
        now = self.clock()
        self._expected_at = due_at if due_at is not None and due_at > now else None
        if due_at is None:
            return LOOK_EVERY
        return min(due_at - now, LOOK_EVERY) if due_at > now else LOOK_AGAIN

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
