"""The measure of one request: all that any number needs to know of it, and not what it was about.

Durations are whole milliseconds and confidence whole thousandths, so that a measure that was stored is the
measure that was made, and can be taken out of sums again exactly.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.status import DecisionType, OutcomeStatus, ReasonCode


class Ending(StrEnum):
    """How far a request came, and through whom."""

    PENDING = "pending"
    AUTOMATIC = "automatic"  # approved without people
    REFUSED = "refused"  # rejected by a rule
    APPROVED = "approved"  # by people
    REJECTED = "rejected"  # by people
    EXPIRED = "expired"
    CANCELLED = "cancelled"


#: characters that people take in a second at the very most when they skim: four times the 238 words a minute
#: of silent reading (M. Brysbaert, "How many words do we read per minute?", JML 109, 2019), of six each
FASTEST_READING = 100
#: milliseconds; nobody takes in anything in less
SHORTEST_LOOK = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class VoteMeasure:
    """One person's vote."""

    person: str
    at: datetime
    decision: DecisionType
    reason: ReasonCode | None = None
    #: milliseconds that were spent on it at most, None where nothing bounds them
    deliberation: int | None = None

    def is_hasty(self, length: int) -> bool:
        """Whether it approves as it came what nobody reads in that time; `length` in characters."""
        if self.deliberation is None or self.decision is not DecisionType.APPROVE:
            return False
        return self.deliberation < max(SHORTEST_LOOK, length * 1000 // FASTEST_READING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """What one request contributes to the numbers."""

    request_id: str
    created_at: datetime
    agent: str
    agent_version: str
    action: str
    rule: str
    policy_version: str
    mode: str
    channel: str
    ending: Ending
    edited: bool = False
    #: approved, and taken back by a person
    reverted: bool = False
    reason: ReasonCode | None = None
    #: milliseconds from submission to people's decision
    turnaround: int | None = None
    #: when a person first opened, claimed, questioned or voted
    first_look_at: datetime | None = None
    #: thousandths, as the agent stated it
    confidence: int | None = None
    #: characters that a reviewer has to read
    length: int = 0
    revision: int = 1
    #: who judged it blind, as a sample, and whether they found it right
    sampler: str | None = None
    agreed: bool | None = None
    #: who took it back
    reverter: str | None = None
    #: whether it was rated right afterwards, by whoever rated it last
    rated_right: bool | None = None
    outcome: OutcomeStatus | None = None
    #: in order of time; the last one decided
    votes: tuple[VoteMeasure, ...] = ()

    @property
    def is_decided(self) -> bool:
        """Whether people decided it."""
        return self.ending in (Ending.APPROVED, Ending.REJECTED)

    @property
    def has_outcome(self) -> bool:
        """Whether it was acted on and is known how that went."""
        return self.outcome is not None and self.outcome is not OutcomeStatus.NOT_RUN

    @property
    def is_error(self) -> bool:
        """Whether acting on it went wrong."""
        return self.outcome in (OutcomeStatus.FAILED, OutcomeStatus.REVERTED)

    @property
    def went_wrong(self) -> bool:
        """Whether anything that became known later speaks against it."""
        return self.is_error or self.reverted or self.rated_right is False

    @property
    def is_clean(self) -> bool:
        """Whether people approved it as it came, and nothing went wrong."""
        return self.ending is Ending.APPROVED and not self.edited and not self.went_wrong

    @property
    def proved_right(self) -> bool | None:
        """Whether it was right to propose it, None where no person judged that."""
        if self.is_decided:
            return self.is_clean
        return None if self.agreed is None else self.agreed and not self.went_wrong

    @property
    def deciding_vote(self) -> VoteMeasure | None:
        """The vote that decided it, None where people did not."""
        return self.votes[-1] if self.is_decided and self.votes else None

    @property
    def is_hasty(self) -> bool:
        """Whether the vote that decided it approved faster than anybody reads."""
        return self.deciding_vote is not None and self.deciding_vote.is_hasty(self.length)
