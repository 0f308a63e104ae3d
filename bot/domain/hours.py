"""Working hours: waits and reminders pause outside them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeAlias
from zoneinfo import ZoneInfo

#: no wait is longer than this many days, in working time or not
HORIZON_DAYS = 400
_HORIZON = timedelta(days=HORIZON_DAYS)
_DAY = timedelta(days=1)

#: from when to when, in UTC
Window: TypeAlias = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """The hours in which people of a group work, in their own time zone."""

    #: ISO weekdays, 1 is Monday
    days: tuple[int, ...]
    #: start of the working day, local wall time
    start: time
    #: end of the working day, after `start`
    end: time
    #: IANA name, such as `Europe/Berlin`
    zone: str

    def window(self, day: date) -> Window | None:
        """The working window of a local day in UTC, None on a day off."""
        if day.isoweekday() not in self.days:
            return None
        zone = ZoneInfo(self.zone)
        opens = datetime.combine(day, self.start, zone).astimezone(UTC)
        closes = datetime.combine(day, self.end, zone).astimezone(UTC)
        return (opens, closes) if opens < closes else None


#: the hours of several groups: time passes while any of them works; without any, always
WorkingHours: TypeAlias = Sequence[Hours]
ALWAYS: WorkingHours = ()


def after(start: datetime, wait: timedelta, hours: WorkingHours) -> datetime:
    """The moment when `wait` of working time has passed since `start` (UTC)."""
    if not hours:
        return start + min(wait, _HORIZON)
    left = wait
    for opens, closes in _windows(start, start + _HORIZON, hours):
        if left <= closes - opens:
            return opens + left
        left -= closes - opens
    return start + _HORIZON


def worked(start: datetime, end: datetime, hours: WorkingHours) -> timedelta:
    """How much working time lies between two moments (UTC)."""
    if not hours:
        return max(end - start, timedelta(0))
    spans = _windows(start, min(end, start + _HORIZON), hours)
    return sum((closes - opens for opens, closes in spans), timedelta(0))


def has_come(at: datetime | None, now: datetime) -> bool:
    """Whether a moment is there or past; what is not scheduled never comes."""
    return at is not None and at <= now


def _windows(start: datetime, end: datetime, hours: WorkingHours) -> Iterator[Window]:
    """When anybody works between two moments, in order and without overlaps, cut at each midnight in UTC."""
    midnight = datetime(start.year, start.month, start.day, tzinfo=UTC)
    while midnight < end:
        following = midnight + _DAY
        yield from _merged(_of_day(max(start, midnight), min(end, following), hours))
        midnight = following


def _of_day(start: datetime, end: datetime, hours: WorkingHours) -> list[Window]:
    """The parts of each group's windows within a day of UTC, which touches three local days at most."""
    found = []
    for each in hours:
        for offset in (-1, 0, 1):
            window = each.window(start.date() + timedelta(days=offset))
            if window is not None and window[0] < end and window[1] > start:
                found.append((max(window[0], start), min(window[1], end)))
    return sorted(found)


def _merged(windows: Sequence[Window]) -> Iterator[Window]:
    current: Window | None = None
    for opens, closes in windows:
        if current is not None and opens <= current[1]:
            current = (current[0], max(current[1], closes))
            continue
        if current is not None:
            yield current
        current = (opens, closes)
    if current is not None:
        yield current
