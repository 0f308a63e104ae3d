"""A loop that outlives what it works with: a failing database is logged once, and tried again."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from bot.bell import Bell

#: after the first failure
FIRST_PAUSE = timedelta(milliseconds=100)
#: however long it lasts
LONGEST_PAUSE = timedelta(seconds=5)

_log = logging.getLogger(__name__)


@dataclass(slots=True, kw_only=True)
class Loop:
    """Takes one step after another until it is stopped."""

    #: what it does, for the log: "claiming jobs"
    doing: str
    #: one step; returns how long to rest when nobody rings
    step: Callable[[], Awaitable[timedelta]]
    bell: Bell
    _stopped: bool = False
    _failures: int = 0

    async def run(self) -> None:
        """Return after `stop`, when the step that was begun has ended."""
        while not self._stopped:
            await self.bell.heard(within=await self._rest())

    def stop(self) -> None:
        """Take no further step."""
        self._stopped = True
        self.bell.ring()

    async def _rest(self) -> timedelta:
        try:
            rest = await self.step()
        except Exception as error:  # noqa: BLE001 - the worker's loop goes on whatever failed
            return self._failed(error)
        if self._failures:
            _log.info("%s works again after %d failures.", self.doing.capitalize(), self._failures)
            self._failures = 0
        return rest

    def _failed(self, error: Exception) -> timedelta:
        if not self._failures:
            _log.error("%s failed; trying again until it works.", self.doing.capitalize(), exc_info=error)
        pause = FIRST_PAUSE * (1 << min(self._failures, 10))
        self._failures += 1
        return min(LONGEST_PAUSE, pause)
