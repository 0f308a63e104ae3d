"""How patterns over action names relate to each other; only `*` is special."""

from __future__ import annotations

from functools import cache


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
