"""Measures to rows and back, without loss."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.domain.measures.measure import Ending, Measure, VoteMeasure
from bot.domain.measures.period import monday
from bot.domain.status import DecisionType, OutcomeStatus, ReasonCode
from storage.stamps import from_stamp, stamp_or_none, to_stamp


def week_of(measure: Measure) -> str:
    """The Monday of the week in which the request came."""
    return monday(measure.created_at.date()).isoformat()


def measure_row(measure: Measure, slice_id: int) -> dict[str, Any]:
    """The row of a measure; its votes have rows of their own."""
    return {
        "request_id": measure.request_id,
        "week": week_of(measure),
        "slice": slice_id,
        "created_at": to_stamp(measure.created_at),
        "agent": measure.agent,
        "agent_version": measure.agent_version,
        "action": measure.action,
        "rule": measure.rule,
        "policy_version": measure.policy_version,
        "mode": measure.mode,
        "channel": measure.channel,
        "ending": measure.ending.value,
        "edited": measure.edited,
        "reverted": measure.reverted,
        "reason": measure.reason and measure.reason.value,
        "turnaround": measure.turnaround,
        "first_look_at": stamp_or_none(measure.first_look_at),
        "confidence": measure.confidence,
        "length": measure.length,
        "revision": measure.revision,
        "sampler": measure.sampler,
        "reverter": measure.reverter,
        "agreed": measure.agreed,
        "rated_right": measure.rated_right,
        "outcome": measure.outcome and measure.outcome.value,
        "hasty": measure.is_hasty,
    }


def vote_row(measure: Measure, vote: VoteMeasure, slice_id: int) -> dict[str, Any]:
    """The row of one vote."""
    return {
        "request_id": measure.request_id,
        "person": vote.person,
        "week": week_of(measure),
        "slice": slice_id,
        "action": measure.action,
        "at": to_stamp(vote.at),
        "decision": vote.decision.value,
        "reason": vote.reason and vote.reason.value,
        "deliberation": vote.deliberation,
        "hasty": vote.is_hasty(measure.length),
    }


def to_measure(row: Any, votes: Sequence[Any]) -> Measure:
    """The measure of a row and of its votes' rows."""
    return Measure(
        request_id=row.request_id,
        created_at=from_stamp(row.created_at),
        agent=row.agent,
        agent_version=row.agent_version,
        action=row.action,
        rule=row.rule,
        policy_version=row.policy_version,
        mode=row.mode,
        channel=row.channel,
        ending=Ending(row.ending),
        edited=bool(row.edited),
        reverted=bool(row.reverted),
        reason=ReasonCode(row.reason) if row.reason else None,
        turnaround=row.turnaround,
        first_look_at=None if row.first_look_at is None else from_stamp(row.first_look_at),
        confidence=row.confidence,
        length=row.length,
        revision=row.revision,
        sampler=row.sampler,
        reverter=row.reverter,
        agreed=None if row.agreed is None else bool(row.agreed),
        rated_right=None if row.rated_right is None else bool(row.rated_right),
        outcome=OutcomeStatus(row.outcome) if row.outcome else None,
        votes=tuple(sorted(map(_to_vote, votes), key=lambda vote: vote.at)),
    )


def _to_vote(row: Any) -> VoteMeasure:
    return VoteMeasure(
        person=row.person,
        at=from_stamp(row.at),
        decision=DecisionType(row.decision),
        reason=ReasonCode(row.reason) if row.reason else None,
        deliberation=row.deliberation,
    )
