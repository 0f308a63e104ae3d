"""What an agent does to its own request: withdraw it, take the approval, report, and say."""

from __future__ import annotations

from datetime import datetime

from bot.domain import escalation, pausing
from bot.domain.asking import answered
from bot.domain.events import Event, EventKind
from bot.domain.evolve import evolved
from bot.domain.moves import Cancel, Facts, Redeem, ReportOutcome, Say
from bot.domain.outcome import Outcome, Redemption
from bot.domain.request import ApprovalRequest
from bot.domain.said import kept
from bot.domain.sentences import lasting
from bot.domain.status import OutcomeStatus, Status
from bot.domain.transition import DONE, NOTHING, Answer, Transition, progressed

_NOT_YOURS = Answer(
    accepted=False, code="not_found", sentence="There is no such approval request among yours."
)


def _no(code: str, sentence: str) -> Answer:
    return Answer(accepted=False, code=code, sentence=sentence)


def cancel(request: ApprovalRequest, move: Cancel, facts: Facts) -> Transition:
    """Withdraw a pending request; withdrawing twice is one withdrawal."""
    if move.agent != request.agent:
        return Transition(request=request, answer=_NOT_YOURS)
    if request.status is Status.CANCELLED:
        return Transition(request=request, answer=NOTHING)
    if request.status.is_final:
        sentence = f"The request is {request.status} already, so it cannot be withdrawn."
        return Transition(request=request, answer=_no("conflict", sentence))
    event = Event(
        kind=EventKind.REQUEST_CANCELLED,
        actor=f"agent:{move.agent}",
        facts={"superseded_by": move.superseded_by},
        private={"reason": move.reason} if move.reason else {},
    )
    closed = escalation.close(request, Status.CANCELLED, ended=move.reason, ended_at=facts.now)
    return Transition(request=closed, events=(event,))


def redeem(request: ApprovalRequest, move: Redeem, facts: Facts) -> Transition:
    """Take an approval once; the same redemption id finds the same answer."""
    if move.agent != request.agent:
        return Transition(request=request, answer=_NOT_YOURS)
    refusal = _redeem_refusal(request, move, facts.now) or _paused(request, facts)
    if refusal is not None:
        event = Event(kind=EventKind.REDEEM_REFUSED, actor=f"agent:{move.agent}", facts={"why": refusal.code})
        return Transition(request=request, events=(event,), answer=refusal)
    if request.progress.redemption is not None:
        return Transition(request=request, answer=DONE)
    taken = progressed(request, redemption=Redemption(id=move.redemption_id, at=facts.now))
    event = Event(
        kind=EventKind.APPROVAL_REDEEMED,
        actor=f"agent:{move.agent}",
        facts={"digest": move.digest, "redemption_id": move.redemption_id},
    )
    return Transition(request=taken, events=(event,))


def _paused(request: ApprovalRequest, facts: Facts) -> Answer | None:
    """Why nothing may run now; an approval that was taken is taken."""
    pause = pausing.pause_of(facts.directory, request)
    if pause is None or request.progress.redemption is not None:
        return None
    told = pausing.told(facts.directory, pause)
    return _no("conflict", f"{told} The approval holds; do not act on it before, and redeem it then.")


def _redeem_refusal(request: ApprovalRequest, move: Redeem, now: datetime) -> Answer | None:
    decision, redemption = request.progress.decision, request.progress.redemption
    if request.status is Status.CANCELLED or _is_reverted(request):
        return _no("gone", "The approval was withdrawn; do not act on it.")
    if request.status is not Status.APPROVED or decision is None:
        return _no("conflict", f"The request is {request.status}; only an approved request can be redeemed.")
    if move.digest != request.proposal.digest:
        return _no(
            "digest_mismatch", "These are not the arguments that were approved; ask for approval of them."
        )
    if redemption is not None and redemption.id != move.redemption_id:
        return _no("conflict", "This approval was taken already, under another redemption id.")
    if redemption is not None:
        return None
    if request.progress.outcome is not None:
        return _no("conflict", "An outcome was reported already; ask for approval of another try.")
    if request.terms.valid_for is not None and now > decision.decided_at + request.terms.valid_for:
        return _no("gone", f"The approval was valid for {lasting(request.terms.valid_for)} only; ask again.")
    return None


def _is_reverted(request: ApprovalRequest) -> bool:
    outcome = request.progress.outcome
    return request.progress.reverted_at is not None or (
        outcome is not None and outcome.status is OutcomeStatus.REVERTED
    )


def report_outcome(request: ApprovalRequest, move: ReportOutcome, facts: Facts) -> Transition:
    """Record what came of it; only `reverted` may follow another outcome."""
    if move.agent != request.agent:
        return Transition(request=request, answer=_NOT_YOURS)
    if not request.status.is_final:
        return Transition(
            request=request,
            answer=_no("conflict", "The request is still pending; report after it is decided."),
        )
    if request.status is not Status.APPROVED and move.status is not OutcomeStatus.NOT_RUN:
        sentence = f"The request is {request.status}, so the only outcome it can have is not_run."
        return Transition(request=request, answer=_no("conflict", sentence))
    earlier = request.progress.outcome
    if earlier is not None and earlier.status is move.status:
        return Transition(request=request, answer=NOTHING)
    if earlier is not None and move.status is not OutcomeStatus.REVERTED:
        sentence = f"The outcome was reported as {earlier.status}; only reverted can follow."
        return Transition(request=request, answer=_no("conflict", sentence))
    outcome = Outcome(status=move.status, detail=move.detail, at=facts.now)
    event = Event(
        kind=EventKind.OUTCOME_REPORTED,
        actor=f"agent:{move.agent}",
        facts={"status": move.status.value},
        private={"detail": move.detail} if move.detail else {},
    )
    return Transition(request=progressed(request, outcome=outcome), events=(event,))


def say(request: ApprovalRequest, move: Say, facts: Facts) -> Transition:
    """Keep what the agent says with its request, as the answer to the question that it names."""
    if move.agent != request.agent:
        return Transition(request=request, answer=_NOT_YOURS)
    asked = [question.id for question in request.progress.questions]
    if move.reply_to is not None and move.reply_to not in asked:
        return Transition(request=request, answer=_no("no_such_question", _which(asked)))
    event = Event(
        kind=EventKind.AGENT_SAID,
        actor=f"agent:{move.agent}",
        facts={"reply_to": move.reply_to},
        private={"text": move.text},
    )
    done = kept(request, event)
    if move.reply_to is None or not done.events:
        return done
    return evolved(done, request=answered(done.request, move, facts))


def _which(asked: list[str]) -> str:
    if not asked:
        return "reply_to names no question; nobody has asked one here, so leave it out."
    return f"reply_to names no question of this request; it is one of {', '.join(asked)}, or left out."
