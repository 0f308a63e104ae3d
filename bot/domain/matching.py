"""Patterns over action names: `refund.*`, `refund.issue`, `*`."""

from __future__ import annotations

from fnmatch import fnmatchcase
from functools import lru_cache

#: how many answers are remembered; agents may make action names up
_REMEMBERED = 4096
#: stands for whatever a `*` may be, and is in no action's name
_ANYTHING = "\x00"


@lru_cache(maxsize=_REMEMBERED)
def matches(pattern: str, name: str) -> bool:
    """Whether an action name fits a pattern in which only `*` is special."""
    if "*" not in pattern:
        return pattern == name
    return fnmatchcase(name, pattern.replace("[", "[[]").replace("?", "[?]"))


def covers(wide: str, narrow: str) -> bool:
    """Whether every name that fits `narrow` fits `wide`."""
    return matches(wide, narrow.replace("*", _ANYTHING))
