"""What people say about a decided request afterwards: right or wrong, why, and what it should have been."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.status import ReasonCode


class Grade(StrEnum):
    """Whether the decision was the right one, as somebody sees it later."""

    RIGHT = "right"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What the arguments should have been; never executed, and no revision."""

    #: JSON text, canonical after RFC 8785
    arguments: str
    #: `sha256:<hex>` over the RFC 8785 form of name and arguments, as of a revision
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rated:
    """What a person sends."""

    grade: Grade
    #: for `wrong` only
    correction: Correction | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rating:
    """One person's last word on a decision; earlier ones are in the audit trail."""

    person: str
    verdict: Grade
    at: datetime
    #: why it was wrong
    reason: ReasonCode | None = None
    #: in their own words
    text: str = ""
    #: digest of the arguments that it should have had, as far as somebody said
    corrected: str | None = None
    #: the platform that it came through
    via: str = ""
