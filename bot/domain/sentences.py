"""Sentences about a request that people and agents are told, the same on every platform."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from bot.domain.directory import Directory
from bot.domain.request import ApprovalRequest
from bot.domain.status import DecisionType, ReasonCode, Status

REASONS = {
    ReasonCode.POLICY: "against policy",
    ReasonCode.WRONG_FACTS: "the facts are wrong",
    ReasonCode.WRONG_ACTION: "another action is right",
    ReasonCode.WRONG_AMOUNT: "the amount is wrong",
    ReasonCode.MISSING_INFORMATION: "information is missing",
    ReasonCode.TONE: "wording or tone",
    ReasonCode.TOO_RISKY: "too risky",
    ReasonCode.DUPLICATE: "a duplicate",
    ReasonCode.TAKEN_OVER: "I take over from here",
    ReasonCode.OTHER: "another reason",
}


#: what only makes sense of a request that can still be handled otherwise
_ACTS = (ReasonCode.TAKEN_OVER,)


def reason_labels(*, acts: bool = True) -> dict[str, str]:
    """The reasons as forms offer them, by code; `acts` is whether the answer changes what is done."""
    return {
        code.value: f"{words[0].upper()}{words[1:]}"
        for code, words in REASONS.items()
        if acts or code not in _ACTS
    }


PAST = {
    DecisionType.APPROVE: "approved",
    DecisionType.EDIT: "approved with changes",
    DecisionType.REJECT: "rejected",
}

#: all that is told of a request while nobody may know what was decided
QUALITY_CHECK = (
    "This is a quality check: say whether you would have approved it. Nothing more is told before that."
)

_UNITS = (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1))


def names(directory: Directory, people: tuple[str, ...]) -> str:
    """`Ann`, `Ann and Ben`; an id stands for somebody who left the policy."""
    known = [directory.people[p].name if p in directory.people else p for p in people]
    return listed(known) if known else "A rule"


def listed(known: Sequence[str]) -> str:
    """`Ann`, `Ann and Ben`, `Ann, Ben and Cat`."""
    return known[0] if len(known) == 1 else f"{', '.join(known[:-1])} and {known[-1]}"


def either(known: Sequence[str]) -> str:
    """`Ann`, `Ann or Ben`, `Ann, Ben or Cat`."""
    return known[0] if len(known) == 1 else f"{', '.join(known[:-1])} or {known[-1]}"


def lasting(time: timedelta) -> str:
    """`1 hour 30 minutes`: a duration in its two largest units."""
    seconds = max(int(time.total_seconds()), 0)
    parts: list[str] = []
    for unit, length in _UNITS:
        count, seconds = divmod(seconds, length)
        if count:
            parts.append(f"{count} {unit}{'s' if count != 1 else ''}")
        elif parts:
            break
    return " ".join(parts[:2]) or "no time"


def how_it_ended(request: ApprovalRequest, directory: Directory) -> str:
    """Who was first, for somebody who pressed too late; one sentence."""
    if request.is_blind:
        return QUALITY_CHECK
    decision = request.progress.decision
    if decision is not None:
        who = names(directory, decision.by) if decision.by else f"The rule {request.proposal.ruling.rule}"
        past, at = PAST[decision.type], decision.decided_at
        return f"{who} {past} this at {at:%H:%M} UTC, so your press changed nothing."
    if request.status is Status.EXPIRED:
        return "This request has expired, so your press changed nothing."
    withdrawn_by = request.progress.withdrawn_by
    who = names(directory, (withdrawn_by,)) if withdrawn_by is not None else "The agent"
    return f"{who} withdrew this request, so your press changed nothing."


def _taken_back(request: ApprovalRequest, directory: Directory) -> str:
    reason, by = request.progress.reverted_reason, request.progress.reverted_by
    if reason is not None and by is not None and reason.code is ReasonCode.TAKEN_OVER:
        why = (
            f"A person took this approval back and has taken over; hand it over to {names(directory, (by,))}."
        )
    else:
        said = REASONS[reason.code] if reason else "they did not agree"
        why = f"A person took this approval back, because: {said}."
    undo = "if you have, undo what can be undone and report the outcome reverted"
    return f"{why} Do not act on it; {undo}. Do not retry or work around it."


def taken_over_by(request: ApprovalRequest) -> str | None:
    """The person who handles the conversation from here; None where nobody took it over."""
    decision = request.progress.decision
    if decision is None or decision.reason is None or decision.reason.code is not ReasonCode.TAKEN_OVER:
        return None
    said = (vote.person for vote in reversed(request.progress.votes) if vote.reason == decision.reason)
    return next(said, None)


def for_the_model(request: ApprovalRequest, directory: Directory) -> str | None:
    """What an agent may safely hand to its model about a request that is not approved, or not any more."""
    decision = request.progress.decision
    if request.progress.reverted_at is not None:
        return _taken_back(request, directory)
    if request.status is Status.EXPIRED:
        return (
            "Nobody answered; this is not a refusal. "
            "Do not act; ask again later or tell your user that it is still open."
        )
    if request.status is Status.CANCELLED:
        return "The request was withdrawn; do not act on it."
    if request.status is not Status.REJECTED or decision is None:
        return None
    reason = decision.reason
    heir = taken_over_by(request)
    if heir is not None:
        who = names(directory, (heir,))
        return f"A person has taken over this conversation; stop and hand it over to {who}."
    if not decision.by:
        why = request.proposal.ruling.why.rstrip(".")
        return f"The policy refuses this, because {why}; do not retry or work around it."
    why = REASONS[reason.code] if reason else "they did not agree"
    return f"A reviewer said no, because: {why}; do not retry or work around it."
