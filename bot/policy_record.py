"""What is put on record about the policy's file: which version holds since when, and what could not hold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """A sentence for one person, in private, wherever they can be reached."""

    #: destinations of direct messages: `slack:@U01ANN`, `web:@ann`
    to: tuple[str, ...] = ()
    sentence: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """A version that holds from now on."""

    version: str
    text: str
    #: the person answerable for the policy
    owner: str
    #: the version that it was compared with, None for the first one
    before: str | None = None
    #: what it changed, as sentences
    changes: tuple[str, ...] = ()
    #: said where the file could not be used until now
    news: News = News()


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A changed file that cannot be used."""

    #: the version that goes on holding
    version: str
    #: what is wrong, as sentences
    problems: tuple[str, ...]
    news: News = News()


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptVersion:
    """A version of the policy that held here."""

    version: str
    text: str
    #: when it was read first
    loaded_at: datetime
    #: when it began to hold last
    held_since: datetime
    #: what it changed then, as sentences; empty for the first, and where that was erased
    changes: tuple[str, ...]
    owner: str
    #: how many requests it ruled on, as they stand now
    requests: int
    #: whether it is the last one that began to hold
    holds: bool


class PolicyRecord(Protocol):
    """Where versions are kept; what several processes tell is written once."""

    async def keep(self, loaded: Loaded) -> None:
        """Remember the version that holds from now on, unless the record ends with just that."""

    async def refuse(self, refused: Refused) -> None:
        """Put on record that the changed file cannot be used, once for the same problems in a row."""

    async def newest(self) -> tuple[str, str] | None:
        """Version and text of what began to hold last, None before the first."""
