"""What exactly is wrong with a suspicious JSON body, and where: the slow, close look of `bot.strict_json`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

#: RFC 7493 §2.2: beyond 2^53 - 1 readers that keep numbers as doubles round integers
LARGEST_INTEGER = 2**53 - 1

_LONGEST_POINTER = 200
_SEND_TEXT = 'send it as a string, as in "12345678901234567890"'


@dataclass(frozen=True, kw_only=True, slots=True)
class Fault:
    """One thing that no body may contain."""

    #: JSON pointer (RFC 6901) in printable ASCII; empty for the whole body
    pointer: str
    #: starts a sentence
    problem: str
    #: ends it
    remedy: str


class _Pairs(list[tuple[str, Any]]):
    """An object whose keys may repeat."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _BadNumber:
    problem: str
    remedy: str


def find_fault(text: str) -> Fault | None:
    """The first fault in reading order, in text that parses as JSON and does not nest deeply."""
    document = _MARKING_DECODER.decode(text)
    return next(_faults(document, ()), None)


def count_keys(value: Any) -> int:
    """How many keys all objects in a parsed value have together."""
    keys = 0
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            keys += len(item)
            waiting.extend(item.values())
        elif isinstance(item, list):
            waiting.extend(item)
    return keys


def _faults(value: Any, path: tuple[str, ...]) -> Iterator[Fault]:
    if isinstance(value, _Pairs):
        yield from _faults_of_object(value, path)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _faults(item, (*path, str(index)))
    elif isinstance(value, str):
        yield from _faults_of_text(value, path)
    elif isinstance(value, _BadNumber):
        yield Fault(pointer=_pointer(path), problem=value.problem, remedy=value.remedy)


def _faults_of_object(pairs: _Pairs, path: tuple[str, ...]) -> Iterator[Fault]:
    seen: set[str] = set()
    for key, value in pairs:
        here = (*path, key)
        yield from _faults_of_text(key, here)
        if key in seen:
            yield Fault(
                pointer=_pointer(here),
                problem="The same key stands twice in one object",
                remedy="send each key once",
            )
        seen.add(key)
        yield from _faults(value, here)


def _faults_of_text(text: str, path: tuple[str, ...]) -> Iterator[Fault]:
    if "\x00" in text:
        yield Fault(pointer=_pointer(path), problem="Text contains U+0000", remedy="leave that character out")
    if any("\ud800" <= letter <= "\udfff" for letter in text):
        yield Fault(
            pointer=_pointer(path),
            problem="Text contains half of a surrogate pair",
            remedy="send whole characters",
        )


def _pointer(path: tuple[str, ...]) -> str:
    steps = (step.replace("~", "~0").replace("/", "~1") for step in path)
    written = "".join(f"/{step}" for step in steps)
    # A key may hold line breaks or terminal codes; the sentence goes into answers and logs.
    plain = "".join(c if " " <= c <= "~" else f"\\u{{{ord(c):x}}}" for c in written)
    return plain if len(plain) <= _LONGEST_POINTER else plain[:_LONGEST_POINTER] + "..."


def _integer(digits: str) -> int | _BadNumber:
    if len(digits) <= len(str(-LARGEST_INTEGER)) and abs(int(digits)) <= LARGEST_INTEGER:
        return int(digits)
    return _BadNumber(
        problem=f"An integer of {len(digits.lstrip('-'))} digits is beyond 2^53 - 1 and would be rounded",
        remedy=_SEND_TEXT,
    )


def _real(digits: str) -> float | _BadNumber:
    value = float(digits)
    if abs(value) != float("inf"):
        return value
    return _BadNumber(problem="A number is too large for JSON's doubles", remedy=_SEND_TEXT)


def _constant(name: str) -> _BadNumber:
    return _BadNumber(problem=f"{name} is not JSON", remedy="send null or leave the field out")


_MARKING_DECODER = json.JSONDecoder(
    object_pairs_hook=_Pairs, parse_int=_integer, parse_float=_real, parse_constant=_constant
)
