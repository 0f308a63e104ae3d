"""Patterns over action names: `refund.*`, `refund.issue`, `*`."""

from __future__ import annotations

from fnmatch import fnmatchcase
from functools import lru_cache

#: how many answers are remembered; agents may make action names up
_REMEMBERED = 4096


@lru_cache(maxsize=_REMEMBERED)
def matches(pattern: str, name: str) -> bool:
    """Whether an action name fits a pattern in which only `*` is special."""
    if "*" not in pattern:
        return pattern == name
    return fnmatchcase(name, pattern.replace("[", "[[]").replace("?", "[?]"))
