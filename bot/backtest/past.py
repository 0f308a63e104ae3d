"""The past as a backtest reads it: what was asked, what was ruled on it first, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Final

from bot.domain.packet import ReviewPacket
from bot.domain.request import Progress
from bot.domain.status import DecisionType, Mode, OutcomeStatus

#: modes in which nobody is asked before it runs
UNASKED: Final = frozenset({Mode.AUTO, Mode.NOTIFY, Mode.VETO})
_WENT_WRONG = (OutcomeStatus.FAILED, OutcomeStatus.REVERTED)


class Verdict(StrEnum):
    """What people made of a request."""

    APPROVED = "approved"  # as it was asked
    EDITED = "edited"  # approved with other arguments
    REJECTED = "rejected"
    NONE = "none"  # nobody decided it: a rule did, or it expired, was withdrawn or still waits


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """One stored request."""

    id: str
    agent: str
    created_at: datetime
    #: the first revision: what the agent asked
    packet: ReviewPacket
    #: a route that the agent chose, None where the policy did
    route: str | None
    #: the mode, and the rule, of the first ruling, and the policy that it was made under
    mode: Mode
    rule: str
    policy_version: str
    #: approving was paused, so that no rule let it run
    paused: bool
    #: values of the history that the first ruling read, by name
    history: Mapping[str, int | Decimal]
    verdict: Verdict
    #: when people decided it, None where nobody did
    decided_at: datetime | None
    #: it ran and failed, or was reverted, or its approval by a rule was overridden or found wrong
    went_wrong: bool


def verdict_of(progress: Progress) -> Verdict:
    """What people made of a request that came so far."""
    decision = progress.decision
    if decision is None or not decision.by:
        return Verdict.NONE
    return _VERDICTS[decision.type]


def went_wrong(progress: Progress) -> bool:
    """Whether what was approved turned out to be a mistake."""
    failed = progress.outcome is not None and progress.outcome.status in _WENT_WRONG
    return failed or progress.reverted_at is not None


_VERDICTS = {
    DecisionType.APPROVE: Verdict.APPROVED,
    DecisionType.EDIT: Verdict.EDITED,
    DecisionType.REJECT: Verdict.REJECTED,
}
