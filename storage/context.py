"""What a batch has at hand: the time, who is who, the terms, and what it has to announce afterwards."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.directory import Directory
from bot.domain.moves import Facts
from bot.domain.request import ApprovalRequest
from bot.ports import Clock
from storage.stamps import to_stamp
from storage.terms_book import TermsBook


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What every batch of one store shares."""

    clock: Clock
    directory: Callable[[], Directory]
    terms: TermsBook


@dataclass(slots=True)
class Batch:
    """One transaction's facts and findings."""

    surroundings: Surroundings
    #: what the lifecycle may know
    facts: Facts
    #: the batch's time in microseconds since 1970
    stamp: int
    #: hashes of terms that become known to be stored at COMMIT
    terms_stored: list[str] = field(default_factory=list)
    #: ids of requests that changed
    changed: dict[str, None] = field(default_factory=dict)
    #: requests that came to their end
    ended: list[ApprovalRequest] = field(default_factory=list)
    #: whether anything was written for the worker
    has_effects: bool = False

    @classmethod
    def begin(cls, surroundings: Surroundings) -> Batch:
        """A batch that begins now."""
        facts = Facts(now=surroundings.clock(), directory=surroundings.directory())
        return cls(surroundings=surroundings, facts=facts, stamp=to_stamp(facts.now))

    @property
    def now(self) -> datetime:
        """The batch's time."""
        return self.facts.now

    def committed(self) -> None:
        """Remember what is true only after COMMIT."""
        self.surroundings.terms.committed(self.terms_stored)
