"""Moves about what a request holds of people: it is shown to somebody, or removed."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.moves import Move, Presser


@dataclass(frozen=True, slots=True, kw_only=True)
class Reveal(Move):
    """A person asked to be shown the values that the policy masks."""

    presser: Presser
    revision: int
    #: the masks, as the policy writes them, that hide something in this revision
    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Erase(Move):
    """What a request that is over holds of people is removed."""

    #: `retention`, or `subject` where somebody's data are erased by hand
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Forget(Move):
    """What one reviewer wrote about a request is removed."""

    person: str
