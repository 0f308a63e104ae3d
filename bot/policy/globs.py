"""How patterns over action names relate to each other; only `*` is special."""

from __future__ import annotations

from functools import cache

from bot.domain.matching import matches

#: stands for whatever a `*` may be, and is in no action's name
_ANYTHING = "\x00"


def covers(wide: str, narrow: str) -> bool:
    """Whether every name that fits `narrow` fits `wide`."""
    return matches(wide, narrow.replace("*", _ANYTHING))


@cache
def overlaps(one: str, other: str) -> bool:
    """Whether some name fits both patterns."""
    if not one or not other:
        return not (one or other).strip("*")
    if one[0] == "*":
        return overlaps(one[1:], other) or overlaps(one, other[1:])
    if other[0] == "*":
        return overlaps(one, other[1:]) or overlaps(one[1:], other)
    return one[0] == other[0] and overlaps(one[1:], other[1:])
