"""Reviews of rules: once a month their owners are shown the numbers and asked what should become of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from bot.domain.autonomy.evidence import Evidence
from bot.domain.autonomy.ladder import Rung


class Choice(StrEnum):
    """What an owner can answer."""

    KEEP = "keep"
    LOOSEN = "loosen"
    TIGHTEN = "tighten"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the owner answered, and what the rule demanded from then on."""

    choice: Choice
    person: str
    rung: Rung
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """One rule in one month."""

    #: `rvw_…`
    id: str
    rule: str
    owner: str
    #: the first day of it
    month: date
    #: what the rule demanded when its owner was asked
    rung: Rung
    #: what it could demand instead, None at either end
    above: Rung | None = None
    below: Rung | None = None
    evidence: Evidence
    #: why it has not earned more, as sentences; none where it has
    lacking: tuple[str, ...] = ()
    #: by when its owner was to look at it, as the policy says
    review_by: date | None = None
    made_at: datetime
    answer: Answer | None = None


class RuleReviews(Protocol):
    """Where reviews are kept. Writes commit before they return; all raise `Busy`."""

    async def seen(self, month: date) -> frozenset[str]:
        """The rules that have their review of a month, or were first seen in it."""

    async def begin(self, review: Review, to: tuple[str, ...]) -> bool:
        """Keep a review, once for its rule and month, and ask the owner at these destinations.

        The first of a rule asks nobody: there is no month to look back on. Whether somebody is asked.
        """

    async def get(self, review_id: str) -> Review | None:
        """A review by its id."""

    async def answer(self, review_id: str, answer: Answer) -> Review | None:
        """Keep the first answer, on the audit record; the review as it is answered."""
