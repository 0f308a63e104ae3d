"""Timers beside writes: while a worker is there, the writer fires what is due with whatever it writes.

A worker that is woken when something is due, and asks for it, comes to a writer that has begun a transaction
meanwhile, and to another one while it learns what came of that. The writer knows when the next timer is due
from its last look, and needs neither.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from bot.ports import Clock
from storage.stamps import to_stamp

#: timers that one transaction fires besides what it was asked for; the next one goes on
MOST = 32
#: the stamp of a timer that does not run
NEVER = sys.maxsize

_MOMENT = 1_000_000


@dataclass(frozen=True, slots=True)
class _Order:
    """Fire what is due until then, and tell."""

    #: stamp; a clock that leaps goes beyond it, so that nothing fires before somebody has thought about it
    until: int
    fired: Callable[[int], None]
    loop: asyncio.AbstractEventLoop


class DueBeside:
    """Whether to look for what is due; asked by the writer's thread, ordered from the event loop's."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._order: _Order | None = None
        #: stamp of the next timer, as far as the writer knows; in the past before its first look
        self._next = 0

    def order(self, until: datetime, fired: Callable[[int], None]) -> None:
        """Fire what is due until then; `fired` hears on this event loop how many requests changed."""
        self._order = _Order(to_stamp(until), fired, asyncio.get_running_loop())

    def withdraw(self) -> None:
        """Fire nothing until the next order."""
        self._order = None

    def due_in(self) -> float | None:
        """Seconds until the next timer, not more than 0 when it is due; None without an order."""
        now, order = to_stamp(self._clock()), self._order
        if order is None or order.until <= now:
            return None
        return (self._next - now) / _MOMENT

    @property
    def is_due(self) -> bool:
        """Whether to look now."""
        due_in = self.due_in()
        return due_in is not None and due_in <= 0

    def looked(self, next_timer: int) -> None:
        """Know the stamp of the next timer from a transaction that was committed."""
        self._next = next_timer

    def tell(self, fired: int) -> None:
        """So many requests changed."""
        order = self._order
        if fired and order is not None:
            with suppress(RuntimeError):  # the loop was closed: nobody counts any more
                order.loop.call_soon_threadsafe(order.fired, fired)
