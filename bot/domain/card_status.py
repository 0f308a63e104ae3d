"""Where a request stands, in the words of its card: tone, status line and votes."""

from __future__ import annotations

from bot.domain import covering, pausing, votes
from bot.domain.card import Line, Tone
from bot.domain.directory import Directory
from bot.domain.quality_card import verdict_line
from bot.domain.request import ApprovalRequest, Decision, Reason, Vote
from bot.domain.sentences import PAST, REASONS, lasting, listed, names, taken_over_by
from bot.domain.status import DecisionType, Mode, OutcomeStatus, Status

_TONES = {
    Status.PENDING: Tone.WAITING,
    Status.APPROVED: Tone.APPROVED,
    Status.REJECTED: Tone.REJECTED,
    Status.EXPIRED: Tone.EXPIRED,
    Status.CANCELLED: Tone.CANCELLED,
}
_WENT_WRONG = (OutcomeStatus.FAILED, OutcomeStatus.REVERTED)
_OUTCOMES = {
    OutcomeStatus.SUCCEEDED: "it ran, the agent reports",
    OutcomeStatus.FAILED: "it failed, the agent reports",
    OutcomeStatus.NOT_RUN: "it was not run, the agent reports",
    OutcomeStatus.REVERTED: "it was undone, the agent reports",
}


def tone(request: ApprovalRequest) -> Tone:
    """How the card looks at a glance; approved and failed is not approved and done."""
    outcome = request.progress.outcome
    failed = request.progress.reverted_at or (outcome and outcome.status in _WENT_WRONG)
    return Tone.FAILED if failed and request.status is Status.APPROVED else _TONES[request.status]


def status_line(request: ApprovalRequest, directory: Directory) -> Line:
    """What became of it, by whom and when; while it waits, what it waits for."""
    if not request.status.is_final:
        return _waiting(request, directory)
    line = _ended(request, directory)
    outcome = request.progress.outcome
    told = (f" · {_OUTCOMES[outcome.status]}",) if outcome is not None else ()
    return (*_overridden(request, directory, line), *told)


def vote_lines(request: ApprovalRequest, directory: Directory) -> tuple[Line, ...]:
    """Who voted what, under a count where it takes several and the status does not tell it already.

    One vote that decided is told by the status.
    """
    cast = request.progress.votes
    if request.status.is_final and len(cast) < 2:
        return _judged(request, directory)
    counted = (*votes.approvals(directory, request), *votes.rejections(directory, request))
    is_counted = _takes_several(request) and not _says_how_far(request, directory)
    lines: list[Line] = [_count(request, directory)] if is_counted else []
    for vote in cast:
        lost = "" if request.status.is_final or vote in counted else " · does not count any more"
        lines.append((f"{covering.who(directory, request, vote.person)} {_said(vote)} · ", vote.at, lost))
    lines += _judged(request, directory)
    return tuple(tuple(part for part in line if part != "") for line in lines)


def _judged(request: ApprovalRequest, directory: Directory) -> tuple[Line, ...]:
    line = verdict_line(request, directory)
    return (line,) if line is not None else ()


def _waiting(request: ApprovalRequest, directory: Directory) -> Line:
    pause = pausing.pause_of(directory, request)
    if pause is not None and pause.until is not None:
        return (f"Paused by {names(directory, (pause.by,))}: nothing is approved until ", pause.until)
    if pause is not None:
        return (f"Paused by {names(directory, (pause.by,))}: nothing is approved meanwhile · ", pause.made_at)
    if request.veto_open:
        return _unless_objected(request)
    words = ["Waiting for a decision"]
    if _takes_several(request):
        words.append(_approved_so_far(request, directory))
    claim = request.progress.claim
    if claim is not None:
        words.append(f"{names(directory, (claim.person,))} is looking into it")
    return (" · ".join(words),)


def _says_how_far(request: ApprovalRequest, directory: Directory) -> bool:
    """Whether the status line has the count of votes in it."""
    is_paused = pausing.pause_of(directory, request) is not None
    return not (request.status.is_final or is_paused or request.veto_open)


def _unless_objected(request: ApprovalRequest) -> Line:
    progress, window = request.progress, request.proposal.ruling.window
    if progress.objecting:
        return ("Somebody objected, and it is being checked whether they may: nothing runs meanwhile",)
    if progress.veto_ends_at is not None:
        return ("Runs by itself ", progress.veto_ends_at, " unless somebody objects")
    after = f"{lasting(window)} after this is delivered" if window is not None else "soon"
    return (f"Runs by itself {after}, unless somebody objects",)


def _overridden(request: ApprovalRequest, directory: Directory, approved: Line) -> Line:
    """Who took it back, which is what holds, and then what had been; the line as it is where nobody did."""
    progress = request.progress
    if progress.reverted_at is None:
        return approved
    by = (progress.reverted_by,) if progress.reverted_by is not None else ()
    who = f" by {covering.who(directory, request, by[0])}" if by else ""
    first, *rest = approved
    had_been = f" · it had been {first[0].lower()}{first[1:]}" if isinstance(first, str) else ""
    back = f"Overridden{who}{_because(progress.reverted_reason)} · "
    return (back, progress.reverted_at, had_been, *rest)


def _ended(request: ApprovalRequest, directory: Directory) -> Line:
    progress = request.progress
    words = (
        _decided(request, progress.decision, directory)
        if progress.decision
        else _undecided(request, directory)
    )
    return (f"{words} · ", progress.ended_at) if progress.ended_at else (words,)


def _undecided(request: ApprovalRequest, directory: Directory) -> str:
    if request.status is Status.EXPIRED:
        return "Expired without a decision"
    withdrawn_by = request.progress.withdrawn_by
    return f"Withdrawn by {names(directory, (withdrawn_by,)) if withdrawn_by is not None else 'the agent'}"


def _decided(request: ApprovalRequest, decision: Decision, directory: Directory) -> str:
    if not decision.by:
        return _ruled(request, decision)
    heir = taken_over_by(request)
    if heir is not None:
        return f"{covering.who(directory, request, heir)} took over"
    who = listed([covering.who(directory, request, person) for person in decision.by])
    return f"{PAST[decision.type].capitalize()} by {who}{_because(decision.reason)}"


def _ruled(request: ApprovalRequest, decision: Decision) -> str:
    ruling = request.proposal.ruling
    if ruling.mode is Mode.VETO:
        return "Approved, as nobody objected"
    done = "Refused" if decision.type is DecisionType.REJECT else "Approved"
    return f"{done} by the rule {ruling.rule}"


def _takes_several(request: ApprovalRequest) -> bool:
    quorum = request.terms.quorum
    return quorum.approve > 1 or (quorum.reject > 1 and not request.veto_open)


def _count(request: ApprovalRequest, directory: Directory) -> Line:
    who = tuple(vote.person for vote in votes.approvals(directory, request))
    told = f": {names(directory, who)}" if who else ""
    return (f"{_approved_so_far(request, directory)}{told}",)


def _approved_so_far(request: ApprovalRequest, directory: Directory) -> str:
    quorum = request.terms.quorum
    counted = votes.towards_quorum(directory, request, votes.approvals(directory, request))
    told = f"{counted} of {quorum.approve} approved"
    if quorum.distinct_groups:
        told += ", each from another group"
    against = len(votes.rejections(directory, request))
    return f"{told}, {against} of {quorum.reject} rejected" if against and quorum.reject > 1 else told


def _said(vote: Vote) -> str:
    return f"{PAST[vote.decision]}{_because(vote.reason)}"


def _because(reason: Reason | None) -> str:
    return f": {REASONS[reason.code]}" if reason is not None else ""
