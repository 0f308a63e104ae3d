"""Settling: writes down, many at a time, what attempts came to."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.ports import Attempted, Clock, Store

#: attempts written down at a time
BATCH = 128
#: with nothing to write down, only the bell matters
IDLE = timedelta(minutes=1)

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Ended:
    attempted: Attempted
    at: datetime


@dataclass(slots=True, kw_only=True)
class Settling:
    """Attempts that ended and are not written down yet."""

    store: Store
    clock: Clock
    #: after this, somebody else carries the job again, and our news of it is worth nothing
    lease: timedelta
    #: called when a write is on its way, so that the same transaction claims what it frees: a slot, the next
    #: callback of a request, a copy that is out of date again
    settled: Callable[[], None] = lambda: None
    _ended: deque[_Ended] = field(default_factory=deque)
    #: how many are still tried alone, because one among them made a batch fail
    _alone: int = 0

    def add(self, attempted: Attempted) -> None:
        """An attempt ended."""
        self._ended.append(_Ended(attempted, self.clock()))

    @property
    def left(self) -> int:
        """How many are not written down."""
        return len(self._ended)

    async def step(self) -> timedelta:
        """Write one batch down; raises what the store raises, and loses nothing then."""
        if not self._ended:
            return IDLE
        size = 1 if self._alone else BATCH
        batch = [self._ended.popleft() for _ in range(min(size, len(self._ended)))]
        await self._settle(batch)
        self._alone = max(0, self._alone - 1)
        return timedelta(0) if self._ended else IDLE

    async def _settle(self, batch: Sequence[_Ended]) -> None:
        written = False
        try:
            writing = asyncio.ensure_future(self.store.settle([ended.attempted for ended in batch]))
            # Who hears this asks the store after the task has begun, and the store keeps the order.
            self.settled()
            await writing
            written = True
        finally:
            if not written:
                self._put_back(batch)

    def _put_back(self, batch: Sequence[_Ended]) -> None:
        # At the end, so that one which can never be written does not stand in the way of the others.
        fresh = [ended for ended in batch if self.clock() - ended.at <= self.lease]
        self._ended.extend(fresh)
        self._alone = len(self._ended)
        if len(fresh) < len(batch):
            _log.error(
                "Gave up writing down %d attempts; their jobs are carried out again.", len(batch) - len(fresh)
            )
