"""A clock that stands still until a test moves it."""

from datetime import UTC, datetime, timedelta

#: a Monday morning
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class MovedClock:
    """Call it for the time; `advance` moves it."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **by: float) -> None:
        """Move on by `seconds=`, `minutes=`, `hours=` or `days=`."""
        self.now += timedelta(**by)
