"""One flat row for each request: what was asked, ruled and decided, how long it took, how it went."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeAlias

from bot.domain.measures.measure import Measure
from bot.domain.request import ApprovalRequest
from bot.exporting.masking import masked
from bot.exporting.record import Record

#: a text, a number, a truth, a moment, nothing; or an object, which tables hold as JSON
Cell: TypeAlias = Any

COLUMNS = (
    "id",
    "agent",
    "agent_version",
    "action",
    "arguments",
    "digest",
    "revision",
    "summary",
    "subject",
    "amount",
    "currency",
    "irreversible",
    "high_impact",
    "confidence",
    "packet_characters",
    "mode",
    "rule",
    "rule_owner",
    "policy_version",
    "route",
    "escalation_policy",
    "channel",
    "status",
    "decision",
    "decided_by",
    "edited_by",
    "reason_code",
    "reason_text",
    "taken_at",
    "outcome",
    "reverted_at",
    "sampled",
    "sample_agreed",
    "rated_right",
    "created_at",
    "first_look_at",
    "decided_at",
    "ended_at",
    "turnaround_s",
    "time_to_decide_s",
    "votes",
)


def row(record: Record, *, unmask: bool = False) -> dict[str, Cell]:
    """The row of a request, by column."""
    request, measure = record.request, record.measure
    mask = () if unmask else request.terms.mask
    found = {
        "id": request.id,
        "arguments": masked(record.packet.action.arguments, mask),
        "agent_version": record.packet.agent_version,
        "confidence": record.packet.signals.confidence,
        **_proposed(request),
        **_decided(request),
        **_measured(measure),
    }
    return {name: found.get(name) for name in COLUMNS}


def _proposed(request: ApprovalRequest) -> Mapping[str, Cell]:
    proposal = request.proposal
    return {
        "agent": request.agent,
        "action": proposal.action,
        "digest": proposal.digest,
        "revision": request.revision,
        "summary": proposal.summary,
        "subject": proposal.subject,
        "amount": proposal.amount,
        "currency": proposal.currency,
        "irreversible": proposal.irreversible,
        "high_impact": proposal.high_impact,
        "mode": proposal.ruling.mode.value,
        "rule": proposal.ruling.rule,
        "rule_owner": proposal.ruling.owner,
        "policy_version": proposal.policy_version,
        "route": proposal.route,
        "escalation_policy": request.terms.escalation_policy,
        "sampled": proposal.ruling.sampled,
        "created_at": request.created_at,
    }


def _decided(request: ApprovalRequest) -> Mapping[str, Cell]:
    progress = request.progress
    decision, reason = progress.decision, progress.decision.reason if progress.decision else None
    return {
        "status": request.status.value,
        "decision": decision.type.value if decision else None,
        "decided_by": " ".join(decision.by) if decision else None,
        "decided_at": decision.decided_at if decision else None,
        "edited_by": " ".join(progress.edited_by) or None,
        "reason_code": reason.code.value if reason else None,
        "reason_text": reason.text if reason else None,
        "taken_at": progress.redemption.at if progress.redemption else None,
        "outcome": progress.outcome.status.value if progress.outcome else None,
        "reverted_at": progress.reverted_at,
        "ended_at": progress.ended_at,
        "turnaround_s": _seconds(request.created_at, decision.decided_at if decision else None),
        "votes": len(progress.votes),
    }


def _measured(measure: Measure | None) -> Mapping[str, Cell]:
    if measure is None:
        return {}
    vote = measure.deciding_vote
    deliberation = vote.deliberation if vote else None
    return {
        "channel": measure.channel,
        "packet_characters": measure.length,
        "first_look_at": measure.first_look_at,
        "sample_agreed": measure.agreed,
        "rated_right": measure.rated_right,
        "time_to_decide_s": None if deliberation is None else deliberation / 1000,
    }


def _seconds(since: datetime, until: datetime | None) -> float | None:
    return None if until is None else round((until - since).total_seconds(), 3)
