"""The watchdog: measures what waits, and says so when timers are overdue."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.metrics import Metrics
from bot.ports import Clock, Store

#: how often it looks
LOOK_EVERY = timedelta(seconds=10)
#: a timer that is later than this is overdue
OVERDUE_AFTER = timedelta(seconds=30)
#: how often it says so
SAY_EVERY = timedelta(minutes=1)

_log = logging.getLogger(__name__)


@dataclass(slots=True, kw_only=True)
class Watchdog:
    """Looks at the backlog from time to time."""

    store: Store
    clock: Clock
    metrics: Metrics
    _said_at: datetime | None = None

    async def step(self) -> timedelta:
        """Measure once."""
        now = self.clock()
        backlog = await self.store.backlog(overdue_since=now - OVERDUE_AFTER)
        self.metrics.backlog(backlog, age=now - (backlog.oldest_job_at or now))
        if backlog.overdue_timers and (self._said_at is None or now - self._said_at >= SAY_EVERY):
            self._said_at = now
            _log.error(
                "%d timers are overdue by more than %d seconds; look for a slow database or too few workers.",
                backlog.overdue_timers,
                OVERDUE_AFTER.total_seconds(),
                extra={"overdue_timers": backlog.overdue_timers},
            )
        return LOOK_EVERY
