"""Ends that people name: `until friday`, `until monday 9:00`, `for 3 days`, `until 2026-12-01`.

`until` a day ends when that day begins, `through` a day when it is over. Days and times are those of a
time zone, which comes in when the moment is worked out; moments are UTC.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeAlias
from zoneinfo import ZoneInfo

#: nothing that is said to the bot holds for longer
LONGEST = timedelta(days=366)

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july"),
    *("august", "september", "october", "november", "december"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lasting:
    """`for 3 days`."""

    time: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class AtTime:
    """`until 14:30`: the next time that the clock says so."""

    at: time


@dataclass(frozen=True, slots=True, kw_only=True)
class OnDay:
    """`until tomorrow`, `through today`: a number of days from now."""

    days: int
    at: time | None = None
    #: the day is included
    through: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OnWeekday:
    """`until monday 9:00`: the next day of that name, which is never today."""

    #: 1 is Monday
    weekday: int
    at: time | None = None
    through: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OnDate:
    """`until 2026-12-01`, `until 1 december`."""

    month: int
    day: int
    #: None for the next time that this day comes
    year: int | None = None
    at: time | None = None
    through: bool = False


Moment: TypeAlias = Lasting | AtTime | OnDay | OnWeekday | OnDate


def moment_at(moment: Moment, now: datetime, zone: ZoneInfo) -> datetime:
    """The moment in UTC; may have passed, for a date with its year."""
    if isinstance(moment, Lasting):
        return now + moment.time
    here = now.astimezone(zone)
    if isinstance(moment, AtTime):
        today = _local(here.date(), moment.at, zone)
        return today if today > now else _local(here.date() + timedelta(days=1), moment.at, zone)
    day = _day(moment, here.date())
    if moment.through and moment.at is None:
        return _local(day + timedelta(days=1), time(0), zone)
    return _local(day, moment.at or time(0), zone)


def _day(moment: OnDay | OnWeekday | OnDate, today: date) -> date:
    if isinstance(moment, OnDay):
        return today + timedelta(days=moment.days)
    if isinstance(moment, OnWeekday):
        ahead = (moment.weekday - today.isoweekday()) % 7
        return today + timedelta(days=ahead or 7)
    if moment.year is not None:
        return date(moment.year, moment.month, moment.day)
    # Eight years hold a 29 February whichever year this is.
    years = range(today.year, today.year + 9)
    return next(day for year in years if (day := _date(year, moment.month, moment.day)) and day > today)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _local(day: date, at: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, at, zone).astimezone(UTC)
