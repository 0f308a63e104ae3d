"""Evidence: what the record says of a rule over some weeks, and whether that is enough for more autonomy."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from bot.domain.measures.rate import Rate


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Counts of one rule's requests, from one Monday until another, the second one left out."""

    from_: date
    until: date
    submitted: int = 0
    #: approved without people
    automatic: int = 0
    #: of these, taken back by people
    overridden: int = 0
    #: by people; edited ones are among the approved
    approved: int = 0
    edited: int = 0
    rejected: int = 0
    #: approved ones whose outcome is known, and those that failed or were reverted
    outcomes: int = 0
    errors: int = 0
    #: looked at blindly afterwards, and those that the reviewer would not have approved
    sampled: int = 0
    disagreed: int = 0

    @property
    def judged(self) -> int:
        """What people gave their judgement on, before or afterwards."""
        return self.approved + self.rejected + self.sampled

    @property
    def clean(self) -> Rate:
        """Approved as they came, among what people decided."""
        return Rate(hits=self.approved - self.edited, of=self.approved + self.rejected)

    @property
    def agreement(self) -> Rate:
        """Samples that a blind reviewer would have approved too."""
        return Rate(hits=self.sampled - self.disagreed, of=self.sampled)

    @property
    def wrong(self) -> Rate:
        """Failed or reverted, among those with a known outcome."""
        return Rate(hits=self.errors, of=self.outcomes)

    @property
    def taken_back(self) -> Rate:
        """Taken back by people, among what ran without them."""
        return Rate(hits=self.overridden, of=self.automatic)


#: the names of the counts, as reports have them
COUNTS = (
    "submitted",
    "automatic",
    "overridden",
    "approved",
    "edited",
    "rejected",
    "outcomes",
    "errors",
    "sampled",
    "disagreed",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Demands:
    """What a rule has to show. Shares go from 0 to 1 and are compared with the bounds of rates."""

    #: requests that people judged
    at_least: int = 50
    #: the least share that people approve as it comes, and agree with in samples
    approved: float = 0.9
    #: the greatest share that fails, is reverted or taken back
    errors: float = 0.1


def lacking(evidence: Evidence, demands: Demands) -> tuple[str, ...]:
    """Why it is not enough for more autonomy, as sentences; none where it is."""
    return tuple(_lacking(evidence, demands))


def failing(evidence: Evidence, demands: Demands) -> tuple[str, ...]:
    """Why a rule loses its autonomy, as sentences; none where it keeps it.

    Only what is beyond chance: the better bound is still not good enough.
    """
    return tuple(_failing(evidence, demands))


def percent(share: float) -> str:
    """A share as people read it: `4.2%`, `90%`."""
    return f"{share * 100:.1f}".removesuffix(".0") + "%"


def _lacking(evidence: Evidence, demands: Demands) -> Iterator[str]:
    if evidence.judged < demands.at_least:
        yield (f"People judged {evidence.judged} of its requests, and {demands.at_least} are needed.")
    if evidence.clean.of and evidence.clean.low < demands.approved:
        yield (
            f"{_bounds(evidence.clean)} were approved as they came;"
            f" {percent(demands.approved)} have to be sure."
        )
    if evidence.sampled and evidence.agreement.low < demands.approved:
        yield (
            f"In samples reviewers agreed with {_bounds(evidence.agreement)};"
            f" {percent(demands.approved)} have to be sure."
        )
    if not evidence.outcomes:
        yield "Of none it is known how it turned out; its agents report outcomes."
    elif evidence.wrong.high > demands.errors:
        yield (
            f"{_bounds(evidence.wrong)} failed or were reverted; at most {percent(demands.errors)} may be."
        )
    yield from _failing(evidence, demands)


def _failing(evidence: Evidence, demands: Demands) -> Iterator[str]:
    if evidence.wrong.low > demands.errors:
        yield (
            f"{evidence.errors} of {evidence.outcomes} failed or were reverted, more than the"
            f" {percent(demands.errors)} that are allowed."
        )
    if evidence.taken_back.low > demands.errors:
        yield (
            f"People took back {evidence.overridden} of {evidence.automatic}, more than the"
            f" {percent(demands.errors)} that are allowed."
        )
    if evidence.sampled and evidence.agreement.high < demands.approved:
        yield (
            f"In samples reviewers agreed with {evidence.sampled - evidence.disagreed} of {evidence.sampled},"
            f" less than the {percent(demands.approved)} that are demanded."
        )


def _bounds(rate: Rate) -> str:
    return f"{percent(rate.low)} to {percent(rate.high)}"
