"""Reports: counts of requests, and the rates and times that follow from them.

Whatever the report is told apart by, a request counts in the week in which it came, also for what happened to
it later: numbers of the latest weeks still move while requests wait.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from bot.domain.measures.period import Period
from bot.domain.measures.query import Dimension
from bot.domain.measures.rate import Rate
from bot.domain.status import ReasonCode


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """How long something took, over `n` requests; median and p95 are true to 5 %."""

    n: int = 0
    #: seconds, None where n is 0
    median: float | None = None
    #: seconds; 95 of 100 took no longer
    p95: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """The numbers of some requests. In rows by reviewer they count that person's own votes."""

    #: the dimension's value; empty for a total
    value: str = ""
    #: the Monday, where the query is weekly
    week: date | None = None

    #: all that came, each counted once
    submitted: int = 0
    #: wait for people now
    pending: int = 0
    #: approved without people: by a rule, or because nobody objected
    automatic: int = 0
    #: rejected by a rule
    refused: int = 0
    #: approved by people, edited ones among them
    approved: int = 0
    #: approved by people with changed arguments
    edited: int = 0
    #: rejected by people
    rejected: int = 0
    #: ended because nobody answered
    expired: int = 0
    #: withdrawn or superseded
    cancelled: int = 0
    #: approved without people, and taken back by one
    overridden: int = 0
    #: why people rejected
    reasons: Mapping[ReasonCode, int] = field(default_factory=dict)
    #: approved ones of which the agent said what came of it: succeeded, failed or reverted
    outcomes: int = 0
    #: of these, failed or reverted
    errors: int = 0
    #: judged blind, as a sample
    sampled: int = 0
    #: of these, found wrong
    disagreed: int = 0
    #: rated afterwards
    rated: int = 0
    #: of these, as wrong
    rated_wrong: int = 0
    #: approved by people faster than the packet can be read
    hasty: int = 0
    #: of `approved` and `rejected`, those of which it is known how long the decision took
    timed: int = 0

    #: from submission to people's decision
    turnaround: Spread = Spread()
    #: from submission until a person first opened, claimed, questioned or voted
    first_look: Spread = Spread()
    #: from a person's first look, or their vote before, to their vote: at most this long was spent on it
    deliberation: Spread = Spread()

    @property
    def decided(self) -> int:
        """Decided by people."""
        return self.approved + self.rejected

    @property
    def approval_rate(self) -> Rate:
        """Approvals among what people decided."""
        return Rate(hits=self.approved, of=self.decided)

    @property
    def rejection_rate(self) -> Rate:
        """Rejections among what people decided."""
        return Rate(hits=self.rejected, of=self.decided)

    @property
    def edit_rate(self) -> Rate:
        """Edits among what people decided."""
        return Rate(hits=self.edited, of=self.decided)

    @property
    def override_rate(self) -> Rate:
        """What people took back among what was approved without them."""
        return Rate(hits=self.overridden, of=self.automatic)

    @property
    def expiry_rate(self) -> Rate:
        """Requests nobody answered among those that people were asked about until their end."""
        return Rate(hits=self.expired, of=self.decided + self.expired)

    @property
    def automatic_share(self) -> Rate:
        """What was approved without people among all that came."""
        return Rate(hits=self.automatic, of=self.submitted)

    @property
    def error_rate(self) -> Rate:
        """Failed or reverted among approved ones with a known outcome."""
        return Rate(hits=self.errors, of=self.outcomes)

    @property
    def agreement(self) -> Rate:
        """Samples that a blind reviewer would have approved too."""
        return Rate(hits=self.sampled - self.disagreed, of=self.sampled)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a query finds."""

    #: the whole weeks that were asked for
    period: Period
    by: Dimension | None
    total: Row
    #: the most requests first; by week in order of time; weekly ones in order of value and time
    rows: tuple[Row, ...] = ()
    #: what was recorded until then is counted; None where nothing was counted yet
    counted_until: datetime | None = None
