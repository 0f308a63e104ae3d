"""The past as a backtest reads it: what was asked, what was ruled on it first, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from bot.domain.packet import ReviewPacket
from bot.domain.request import ApprovalRequest
from bot.domain.status import DecisionType, Mode, OutcomeStatus, Status

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
    #: the mode, and the rule, of the first ruling
    mode: Mode
    rule: str
    #: values of the history that the first ruling read, by name
    history: Mapping[str, int]
    verdict: Verdict
    #: it ran and failed, or was reverted, or its approval by a rule was overridden or found wrong
    went_wrong: bool


def verdict_of(request: ApprovalRequest) -> Verdict:
    """What people made of a request, as it stands."""
    decision = request.progress.decision
    if decision is None or not decision.by:
        return Verdict.NONE
    if request.status is Status.REJECTED:
        return Verdict.REJECTED
    return Verdict.EDITED if decision.type is DecisionType.EDIT else Verdict.APPROVED


def went_wrong(request: ApprovalRequest) -> bool:
    """Whether what was approved turned out to be a mistake."""
    progress = request.progress
    failed = progress.outcome is not None and progress.outcome.status in _WENT_WRONG
    return failed or progress.reverted_at is not None
