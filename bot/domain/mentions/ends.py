"""Reading and printing ends: `until monday 9:00`, `through friday`, `for 2 weeks`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, time, timedelta

from bot.domain.mentions.moments import (
    LONGEST,
    MONTHS,
    WEEKDAYS,
    AtTime,
    Lasting,
    Moment,
    OnDate,
    OnDay,
    OnWeekday,
)
from bot.domain.mentions.tokens import Word

_DAYS = {name[:length]: n for n, name in enumerate(WEEKDAYS, 1) for length in (3, 4, 5, len(name))}
_MONTHS = {name[:length]: n for n, name in enumerate(MONTHS, 1) for length in (3, 4, len(name))}
_UNITS = {"minute": 60, "hour": 3_600, "day": 86_400, "week": 604_800}
_SHORT = {
    "m": 60,
    "min": 60,
    "mins": 60,
    "h": 3_600,
    "hr": 3_600,
    "hrs": 3_600,
    "d": 86_400,
    "w": 604_800,
    **_UNITS,
    **{f"{unit}s": seconds for unit, seconds in _UNITS.items()},
}
_NUMBERS = dict(zip(("one", "two", "three", "four", "five", "six", "seven"), range(1, 8), strict=True))
_NUMBERS |= {"a": 1, "an": 1}
_TIMES = {"noon": time(12), "midday": time(12), "midnight": time(0)}
_CLOCK = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?(am|pm|h|)", re.ASCII)
_ISO = re.compile(r"(2\d{3})-(\d{2})-(\d{2})(?:t(\d{2}:\d{2}))?", re.ASCII)
_GERMAN = re.compile(r"(\d{1,2})\.(\d{1,2})\.(2\d{3})?", re.ASCII)
_ORDINAL = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?", re.ASCII)
_FILLING = frozenset(
    {"the", "next", "this", "on", "at", "of", "about", "coming", "then", "morning", "o'clock"}
)

UNTIL = frozenset({"until", "till", "til", "before"})
THROUGH = frozenset({"through", "thru", "including"})
FOR = "for"
OPENING = UNTIL | THROUGH | {FOR}


def read_end(said: Sequence[Word]) -> Moment | None:
    """The end that words beginning with `until`, `through` or `for` name; None when they name none."""
    if not said:
        return None
    first, rest = said[0].key, [word.key for word in said[1:]]
    if first == FOR:
        return _lasting(rest)
    plain = [key for key in rest if key not in _FILLING]
    return _moment(plain, through=first in THROUGH) if first in OPENING else None


def printed_end(moment: Moment) -> str:
    """The end in words that are read as the same."""
    if isinstance(moment, Lasting):
        return f"for {_lasting_text(moment.time)}"
    if isinstance(moment, AtTime):
        return f"until {_clock_text(moment.at)}"
    opening = "through" if moment.through else "until"
    at = f" {_clock_text(moment.at)}" if moment.at is not None else ""
    return f"{opening} {_day_text(moment)}{at}"


def _moment(keys: list[str], *, through: bool) -> Moment | None:
    if not keys:
        return None
    if len(keys) == 1 and (at := _clock(keys[0])) is not None:
        return AtTime(at=at)
    for count in range(min(len(keys), 3), 0, -1):
        rest = keys[count:]
        at = _clock("".join(rest)) if rest else None
        if rest and at is None:
            continue
        day = _day(keys[:count], at=at, through=through and at is None)
        if day is not None:
            return day
    return None


def _day(keys: list[str], *, at: time | None, through: bool) -> Moment | None:
    if len(keys) == 1:
        return _one_word(keys[0], at=at, through=through)
    found = _named_day(keys)
    if found is None or not _exists(*found):
        return None
    year, month, day = found
    return OnDate(year=year, month=month, day=day, at=at, through=through)


def _one_word(key: str, *, at: time | None, through: bool) -> Moment | None:
    if key in ("today", "tonight", "eod"):
        # The day that has begun ends when it is over, whichever word led to it.
        return OnDay(days=0, at=at, through=at is None)
    if key == "tomorrow":
        return OnDay(days=1, at=at, through=through)
    if key in ("week", "weekend"):
        return OnWeekday(weekday=1 if key == "week" else 6, at=at, through=through)
    if key in _DAYS:
        return OnWeekday(weekday=_DAYS[key], at=at, through=through)
    iso = _ISO.fullmatch(key)
    if iso is not None:
        year, month, day = int(iso[1]), int(iso[2]), int(iso[3])
        at = _clock(iso[4]) if iso[4] else at
    elif (german := _GERMAN.fullmatch(key if key.count(".") > 1 else f"{key}.")) is not None:
        year, month, day = int(german[3] or 0), int(german[2]), int(german[1])
    else:
        return None
    if not _exists(year or None, month, day):
        return None
    return OnDate(year=year or None, month=month, day=day, at=at, through=through and at is None)


def _named_day(keys: list[str]) -> tuple[int | None, int, int] | None:
    """`1 december 2026`, `december 1st`."""
    months = [key for key in keys if key in _MONTHS]
    years = [key for key in keys if re.fullmatch(r"2\d{3}", key, re.ASCII)]
    days = [key for key in keys if key not in months and key not in years]
    found = _ORDINAL.fullmatch(days[0]) if len(days) == 1 else None
    if len(months) != 1 or len(years) > 1 or found is None:
        return None
    return int(years[0]) if years else None, _MONTHS[months[0]], int(found[1])


def _exists(year: int | None, month: int, day: int) -> bool:
    try:
        date(year or 2000, month, day)
    except ValueError:
        return False
    return True


def _clock(key: str) -> time | None:
    if key in _TIMES:
        return _TIMES[key]
    found = _CLOCK.fullmatch(key)
    if found is None:
        return None
    hour, minute = int(found[1]), int(found[2] or 0)
    if found[3] in ("am", "pm"):
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if found[3] == "pm" else 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


def _lasting(keys: list[str]) -> Lasting | None:
    keys = [part for key in keys for part in _split(key) if part not in ("and", "the", "next")]
    seconds = 0
    if not keys or len(keys) % 2 or len(keys) > 6:
        return None
    for count, unit in zip(keys[::2], keys[1::2], strict=True):
        number = _NUMBERS.get(count, int(count) if count.isascii() and count.isdigit() else 0)
        if number <= 0 or len(count) > 6 or unit not in _SHORT:
            return None
        seconds += number * _SHORT[unit]
    time = timedelta(seconds=seconds)
    return Lasting(time=time) if time <= LONGEST else None


def _split(key: str) -> list[str]:
    parts = re.findall(r"(\d{1,6})([a-z]+)", key, re.ASCII)
    joined = "".join(count + unit for count, unit in parts)
    return [part for pair in parts for part in pair] if parts and joined == key else [key]


def _lasting_text(time: timedelta) -> str:
    parts, left = [], int(time.total_seconds())
    for unit in ("day", "hour", "minute"):
        count, left = divmod(left, _UNITS[unit])
        if count:
            parts.append(f"{count} {unit}{'s' if count > 1 else ''}")
    return " ".join(parts)


def _day_text(moment: OnDay | OnWeekday | OnDate) -> str:
    if isinstance(moment, OnDay):
        return "today" if moment.days == 0 else "tomorrow"
    if isinstance(moment, OnWeekday):
        return WEEKDAYS[moment.weekday - 1]
    if moment.year is not None:
        return f"{moment.year}-{moment.month:02}-{moment.day:02}"
    return f"{moment.day} {MONTHS[moment.month - 1]}"


def _clock_text(at: time) -> str:
    return f"{at.hour}:{at.minute:02}"
