"""A bell that wakes a loop: rung by what happened, or by its own alarm when nothing does."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import TypeAlias

#: calls back after a time; returns how to call that off
Alarm: TypeAlias = Callable[[timedelta, Callable[[], None]], Callable[[], None]]


def loop_alarm(after: timedelta, ring: Callable[[], None]) -> Callable[[], None]:
    """The event loop's own timer."""
    return asyncio.get_running_loop().call_later(after.total_seconds(), ring).cancel


class Bell:
    """Rung once or many times, it wakes its listener once."""

    def __init__(self, alarm: Alarm = loop_alarm) -> None:
        self._alarm = alarm
        self._rung = asyncio.Event()
        self._is_called = False
        #: whether the listener was woken by a ring, and not because time had passed; at first it is
        self.was_rung = True
        self._call_off: Callable[[], None] | None = None

    @property
    def is_rung(self) -> bool:
        """Whether it was rung since it was last heard."""
        return self._rung.is_set()

    def ring(self) -> None:
        """Wake the listener, now or when it listens next."""
        self._is_called = True
        self._rung.set()

    def ring_within(self, time: timedelta) -> None:
        """Wake the listener before this time has passed, however often that is asked for meanwhile."""
        if time <= timedelta(0):
            self.ring()
        elif self._call_off is None and not self._rung.is_set():
            self._call_off = self._alarm(time, self.ring)

    async def heard(self, within: timedelta) -> None:
        """Return when it was rung, or when this time has passed."""
        if within > timedelta(0) and not self._rung.is_set():
            call_off = self._alarm(within, self._rung.set)
            try:
                await self._rung.wait()
            finally:
                call_off()
        self.was_rung, self._is_called = self._is_called, False
        self._rung.clear()
        if self._call_off is not None:
            self._call_off()
            self._call_off = None
