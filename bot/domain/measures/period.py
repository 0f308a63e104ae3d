"""Periods: whole weeks from Monday 00:00 UTC, because that is what the measures are added up by."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

WEEK = timedelta(days=7)


def monday(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """From one Monday until another, the second one left out. A request belongs to the week it came in."""

    from_: date
    until: date

    def __post_init__(self) -> None:
        if monday(self.from_) != self.from_ or monday(self.until) != self.until:
            raise ValueError("A period goes from a Monday until a Monday; use Period.covering.")

    @classmethod
    def covering(cls, first: date, last: date) -> Period:
        """The whole weeks that hold both days and all between them."""
        return cls(from_=monday(first), until=monday(last) + WEEK)

    @classmethod
    def last(cls, weeks: int, today: date) -> Period:
        """So many weeks, the last of which is today's."""
        return cls(from_=monday(today) - (weeks - 1) * WEEK, until=monday(today) + WEEK)

    @property
    def weeks(self) -> int:
        """How many."""
        return max(0, (self.until - self.from_) // WEEK)

    @property
    def begins_at(self) -> datetime:
        """The first moment of it."""
        return datetime.combine(self.from_, time(), UTC)

    @property
    def ends_at(self) -> datetime:
        """The first moment after it."""
        return datetime.combine(self.until, time(), UTC)

    def __iter__(self) -> Iterator[date]:
        """Its Mondays."""
        return (self.from_ + week * WEEK for week in range(self.weeks))
