"""Pairs to train on, as trainers call their parts: `messages`; `prompt`, `completion`; `chosen`, `rejected`.

The prompt is what was known before the agent proposed anything; its reasoning and claims are no part of it. A
completion is the action as JSON, as it was approved. Names: huggingface.co/docs/trl/dataset_formats.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from bot.domain.packet import Context, ReviewPacket
from bot.domain.ratings import Grade
from bot.domain.request import ApprovalRequest
from bot.domain.sample import Verdict
from bot.domain.sentences import REASONS
from bot.domain.status import DecisionType, OutcomeStatus, ReasonCode, Status
from bot.exporting.masking import masked
from bot.exporting.record import Record
from bot.exporting.writing import as_json

SYSTEM = (
    "Propose the action to take, as a JSON object with its name and its arguments."
    ' Where nothing should be done, answer {"name": null} with the reason.'
)
#: what went wrong after it was approved teaches nothing to repeat
_WRONG = (OutcomeStatus.FAILED, OutcomeStatus.REVERTED)
#: a person goes on by hand: that says nothing about the action
_NO_JUDGEMENT = (ReasonCode.TAKEN_OVER, ReasonCode.DUPLICATE)


def sft(record: Record, *, unmask: bool = False) -> dict[str, Any] | None:
    """What people stand by, as they approved or corrected it; None for what nobody stands by."""
    request = record.request
    if record.corrected is None and not _endorsed(request):
        return None
    asked, done = _prompt(record), _said(_right(record, unmask=unmask))
    return {"messages": [*asked, done], "metadata": _metadata(record)}


def preference(record: Record, *, unmask: bool = False) -> dict[str, Any] | None:
    """What people preferred to what was proposed: their changes; or nothing, for the reason they gave."""
    request = record.request
    if record.corrected is not None or (record.original is not None and _endorsed(request)):
        chosen = _right(record, unmask=unmask)
    elif _rejected_by_people(request):
        chosen = _nothing(request)
    else:
        return None
    rejected = _action(record.proposed, request, record.proposed.action.arguments, unmask=unmask)
    if chosen == rejected:
        return None
    return {
        "prompt": _prompt(record),
        "chosen": [_said(chosen)],
        "rejected": [_said(rejected)],
        "metadata": _metadata(record),
    }


def _endorsed(request: ApprovalRequest) -> bool:
    """Whether people stand by what was approved: they decided it, agreed in a check, or rated it right."""
    progress, decision = request.progress, request.progress.decision
    if request.status is not Status.APPROVED or decision is None or progress.reverted_at is not None:
        return False
    if progress.outcome is not None and progress.outcome.status in _WRONG:
        return False
    last = max(progress.ratings, key=lambda rating: rating.at, default=None)
    if last is not None:
        return last.verdict is Grade.RIGHT
    agreed = progress.sample is not None and progress.sample.verdict is Verdict.AGREE
    return bool(decision.by) or agreed


def _right(record: Record, *, unmask: bool) -> str:
    """The action as people want it."""
    arguments = record.packet.action.arguments if record.corrected is None else record.corrected
    return _action(record.packet, record.request, arguments, unmask=unmask)


def _rejected_by_people(request: ApprovalRequest) -> bool:
    decision = request.progress.decision
    if decision is None or decision.type is not DecisionType.REJECT or not decision.by:
        return False
    return decision.reason is not None and decision.reason.code not in _NO_JUDGEMENT


def _prompt(record: Record) -> list[dict[str, str]]:
    known = as_json(dict(_known(record.proposed)))
    return [{"role": "system", "content": SYSTEM}, {"role": "user", "content": known}]


def _known(packet: ReviewPacket) -> Iterator[tuple[str, Any]]:
    """What was known, without what is empty, in the order of the submit body."""
    found = {**_of_context(packet.context), "on_behalf_of": packet.on_behalf_of}
    yield from ((name, value) for name, value in found.items() if value)


def _of_context(context: Context) -> Mapping[str, Any]:
    subject = context.subject
    return {
        "subject": _filled(
            {"id": subject.id, "name": subject.name, "tier": subject.tier, "facts": dict(subject.facts)}
        )
        if subject
        else None,
        "issue": context.issue,
        "tried": list(context.tried),
        "evidence": [
            _filled({"title": each.title, "url": each.url, "quote": each.quote}) for each in context.evidence
        ],
        "conversation": [
            _filled({"from": each.sender, "text": each.text, "at": _moment(each.at)})
            for each in context.conversation
        ],
    }


def _filled(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value}


def _moment(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _action(
    packet: ReviewPacket, request: ApprovalRequest, arguments: Mapping[str, Any], *, unmask: bool
) -> str:
    mask = () if unmask else request.terms.mask
    return as_json({"name": packet.action.name, "arguments": masked(arguments, mask)})


def _nothing(request: ApprovalRequest) -> str:
    decision = request.progress.decision
    reason = decision.reason if decision else None
    if reason is None:
        return as_json({"name": None})
    return as_json({"name": None, "reason": _filled({"why": REASONS[reason.code], "words": reason.text})})


def _said(content: str) -> dict[str, str]:
    return {"role": "assistant", "content": content}


def _metadata(record: Record) -> dict[str, Any]:
    request = record.request
    decision = request.progress.decision
    reason = decision.reason if decision else None
    return {
        "request": request.id,
        "agent": request.agent,
        "agent_version": record.packet.agent_version,
        "action": request.proposal.action,
        "decision": decision.type.value if decision else None,
        "reason_code": reason.code.value if reason else None,
        "rule": request.proposal.ruling.rule,
        "created_at": request.created_at.isoformat(),
    }
