"""A clock that stands still until a test moves it."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

#: a Monday morning
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
#: turns of the event loop after which everything that can go on without time passing has gone on
TURNS = 50


class MovedClock:
    """Call it for the time; `advance` moves it, and alarms that were set for then go off."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now
        self._alarms: list[tuple[datetime, Callable[[], None]]] = []

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **by: float) -> None:
        """Move on by `seconds=`, `minutes=`, `hours=` or `days=`."""
        self.now += timedelta(**by)
        for alarm in sorted(self._alarms, key=lambda alarm: alarm[0]):
            if alarm[0] <= self.now and alarm in self._alarms:
                self._alarms.remove(alarm)
                alarm[1]()

    def alarm(self, after: timedelta, ring: Callable[[], None]) -> Callable[[], None]:
        """A `bot.bell.Alarm` on this clock."""
        alarm = (self.now + after, ring)
        self._alarms.append(alarm)
        return lambda: self._alarms.remove(alarm) if alarm in self._alarms else None

    async def sleep(self, seconds: float) -> None:
        """Return when the clock was moved on by so much."""
        over = asyncio.Event()
        self.alarm(timedelta(seconds=seconds), over.set)
        await over.wait()

    async def run(self, **by: float) -> None:
        """Move on from alarm to alarm, and let tasks do after each what they can without a further one."""
        ends_at = self.now + timedelta(**by)
        await settled()
        while due := [at for at, _ in self._alarms if at <= ends_at]:
            self.advance(seconds=max(0.0, (min(due) - self.now).total_seconds()))
            await settled()
        self.advance(seconds=(ends_at - self.now).total_seconds())
        await settled()


async def settled() -> None:
    """Let every task go on until it waits for time or for a thread."""
    for _ in range(TURNS):
        await asyncio.sleep(0)
