"""What a check found."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something wrong, or doubtful, at a place of the policy."""

    place: tuple[int | str, ...]
    sentence: str
    #: whether the policy cannot be used with it
    fatal: bool = True


def warning(place: tuple[int | str, ...], sentence: str) -> Finding:
    """Something doubtful."""
    return Finding(place=place, sentence=sentence, fatal=False)
