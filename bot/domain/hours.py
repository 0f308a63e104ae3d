"""Working hours: waits and reminders pause outside them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

#: no wait is longer than this many days, in working time or not
HORIZON_DAYS = 400
_HORIZON = timedelta(days=HORIZON_DAYS)


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

    def window(self, day: date) -> tuple[datetime, datetime] | None:
        """The working window of a local day in UTC, None on a day off."""
        if day.isoweekday() not in self.days:
            return None
        zone = ZoneInfo(self.zone)
        opens = datetime.combine(day, self.start, zone).astimezone(UTC)
        closes = datetime.combine(day, self.end, zone).astimezone(UTC)
        return (opens, closes) if opens < closes else None


def after(start: datetime, wait: timedelta, hours: Hours | None) -> datetime:
    """The moment when `wait` of working time has passed since `start` (UTC)."""
    if hours is None:
        return start + min(wait, _HORIZON)
    left = wait
    day = start.astimezone(ZoneInfo(hours.zone)).date()
    for offset in range(HORIZON_DAYS):
        window = hours.window(day + timedelta(days=offset))
        if window is None or window[1] <= start:
            continue
        opens = max(window[0], start)
        if left <= window[1] - opens:
            return opens + left
        left -= window[1] - opens
    return start + _HORIZON


def has_come(at: datetime | None, now: datetime) -> bool:
    """Whether a moment is there or past; what is not scheduled never comes."""
    return at is not None and at <= now
