"""The watch over the clock: notices that somebody set it, which a process that compares moments cannot."""

from __future__ import annotations

import logging
import time
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from bot.ports import Clock

#: between two looks; what waits waits no longer than that too long
LOOK_EVERY = timedelta(seconds=1)
#: less is a clock that is being corrected, as all are
TOLERATED = timedelta(seconds=2)

_log = logging.getLogger(__name__)


class ClockWatch:
    """Compares the time of day with the time that passed."""

    def __init__(
        self,
        clock: Clock,
        *,
        wind_back: Callable[[timedelta], Awaitable[int]],
        forget: Callable[[], None],
        elapsed: Callable[[], float] = time.monotonic,
    ) -> None:
        """`wind_back` moves what is stored, `forget` ends what this process alone remembers as a moment.

        `elapsed` counts seconds whatever happens to the clock.
        """
        self._clock, self._elapsed = clock, elapsed
        self._wind_back, self._forget = wind_back, forget
        self._began_at: datetime | None = None

    async def step(self) -> timedelta:
        """Look once; returns how long to rest. Raises what the store raises, and looks again then."""
        # The moment at which the process began, by the clock of now: it moves when the clock is set.
        began_at = self._clock() - timedelta(seconds=self._elapsed())
        set_by = began_at - (self._began_at or began_at)
        if set_by < -TOLERATED:
            moved = await self._wind_back(-set_by)
            self._forget()
            _log.warning(
                "The clock was set back by %s; %d deliveries that waited were moved with it. Deadlines stay"
                " as people were told them. Check the clock of this machine.",
                -set_by,
                moved,
            )
        elif set_by > TOLERATED:
            _log.warning(
                "The clock was set forward by %s; what has become due is carried out. Check the clock of this"
                " machine.",
                set_by,
            )
        self._began_at = began_at
        return LOOK_EVERY
