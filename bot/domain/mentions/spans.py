"""Spans that people look back over: `last week`, `the past 30 days`, `this quarter`. They are whole weeks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

#: nobody looks further back than this at once
MOST_WEEKS = 520

_NUMBERS = dict(zip(("one", "two", "three", "four", "five", "six"), range(1, 7), strict=True))
#: days of a unit
_UNITS = {"day": 1, "week": 7, "month": 28, "quarter": 91, "year": 364}
_SHORT = {"d": "day", "w": "week", "wk": "week", "mo": "month", "y": "year"}
_BACK = frozenset({"last", "past", "previous", "recent"})
_FILLING = frozenset({"the", "in", "over", "of", "during", "since", "for", "within"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Some weeks in a row."""

    weeks: int
    #: how many weeks ago the last of them was; 0 is this week, as far as it has come
    ago: int = 0


def read_span(keys: Sequence[str]) -> tuple[Span, int] | None:
    """The span that words begin with and how many words name it; None when they begin with none."""
    filling = next((n for n, key in enumerate(keys) if key not in _FILLING), len(keys))
    said = keys[filling:]
    found = _span(said) if said else None
    return (found[0], found[1] + filling) if found is not None else None


def printed_span(span: Span) -> str:
    """The span in words that are read as the same."""
    if span.weeks == 1:
        return "last week" if span.ago else "this week"
    return f"last {span.weeks} weeks"


def _span(said: Sequence[str]) -> tuple[Span, int] | None:
    first, second = said[0], said[1] if len(said) > 1 else ""
    if first == "this" and _unit(second):
        return _of(1, second, 2)
    if first == "today":
        return Span(weeks=1), 1
    if first in _BACK:
        if second == "week":
            return Span(weeks=1, ago=1), 2
        if _unit(second):
            return _of(1, second, 2)
        counted = _counted(said[1:])
        return (counted[0], counted[1] + 1) if counted is not None else None
    return _counted(said)


def _counted(said: Sequence[str]) -> tuple[Span, int] | None:
    """`3 weeks`, `30d`."""
    if not said:
        return None
    digits = said[0].rstrip("abcdefghijklmnopqrstuvwxyz")
    if digits and digits != said[0]:
        return _of(_number(digits), said[0][len(digits) :], 1)
    return _of(_number(said[0]), said[1], 2) if len(said) > 1 else None


def _of(count: int, unit: str, words: int) -> tuple[Span, int] | None:
    name = _unit(unit)
    if not name or count < 1:
        return None
    weeks = -(-count * _UNITS[name] // 7)
    return (Span(weeks=weeks), words) if weeks <= MOST_WEEKS else None


def _number(key: str) -> int:
    short = len(key) <= 4 and key.isascii() and key.isdigit()
    return int(key) if short else _NUMBERS.get(key, 0)


def _unit(key: str) -> str:
    name = _SHORT.get(key, key.removesuffix("s") if len(key) > 2 else key)
    return name if name in _UNITS else ""
