"""The life of an approval request, as two pure functions: `open_request` and `fold`.

    submit ─ ruling ┬ refuse ─────────────────────────────────────► rejected (by rule)
                    ├ auto / notify ──────────────────────────────► approved (by rule)
                    ├ veto ── pending ── window passes ───────────► approved (by rule)
                    └ gate ── pending ┬ quorum of approvals ──────► approved (by people)
                                      ├ quorum of rejections ─────► rejected
                                      ├ wait passes, escalated ───► next step … the last one: expired
                                      └ agent withdraws ──────────► cancelled

Nothing here knows a clock, a database or a chat: time and people come in as `Facts`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot.domain import (
    agent_moves,
    clock,
    consequences,
    deciding,
    delivery,
    erasing,
    escalation,
    following,
    judging,
    moves,
    pausing,
    private_moves,
    redirecting,
    revealing,
    said,
    seeing,
    telling,
    withdrawing,
)
from bot.domain.effects import SendCallback
from bot.domain.events import BY_RULE, Event, EventKind, Fact
from bot.domain.evolve import evolved
from bot.domain.invariants import Bounds, upheld
from bot.domain.moves import Facts, Move
from bot.domain.request import ApprovalRequest, Decision
from bot.domain.sampling import sampled
from bot.domain.status import DecisionType, Mode, Status
from bot.domain.transition import Transition


def open_request(request: ApprovalRequest, facts: Facts) -> Transition:
    """Begin the life of a request that was just submitted, as its ruling says."""
    request = sampled(pausing.gated(_gated_if_irreversible(request), facts))
    opened = Transition(request=request, events=(_submitted(request),))
    mode = request.proposal.ruling.mode
    if mode is Mode.REFUSE:
        return _with_effects(opened.then(_ruled(request, facts, Status.REJECTED)))
    if mode in (Mode.AUTO, Mode.NOTIFY):
        approved = opened.then(_ruled(telling.watched(request), facts, Status.APPROVED))
        tells = mode is Mode.NOTIFY
        return _with_effects(approved.then(telling.tell(approved.request, facts)) if tells else approved)
    return _with_effects(opened.then(escalation.start(request, facts)))


def _submitted(request: ApprovalRequest) -> Event:
    proposal = request.proposal
    ruling = proposal.ruling
    facts: dict[str, Fact] = {
        "action": proposal.action,
        "digest": proposal.digest,
        "mode": ruling.mode.value,
        "rule": ruling.rule,
        "owner": ruling.owner,
        "policy_version": proposal.policy_version,
    }
    if ruling.shadowed:
        facts["shadowed"] = {shadow.rule: shadow.mode.value for shadow in ruling.shadowed}
    if ruling.held is not None:
        facts["held"] = ruling.held.value
    if ruling.history:
        facts["history"] = {name: str(value) for name, value in ruling.history.items()}
    return Event(kind=EventKind.REQUEST_SUBMITTED, actor=f"agent:{request.agent}", facts=facts)


def fold(request: ApprovalRequest, move: Move, facts: Facts) -> Transition:
    """The request after a move, with what happened, what the outside must be told, and the mover's answer."""
    barred = erasing.barred(request, move)
    if barred is not None:
        return _with_effects(barred)
    move = erasing.without_words(request, move)
    return _with_effects(_FOLDS[type(move)](request, move, facts))


def _gated_if_irreversible(request: ApprovalRequest) -> ApprovalRequest:
    """The second line behind the policy's own bounds, whoever made the ruling."""
    ruling = request.proposal.ruling
    bound = upheld(ruling, Bounds(irreversible=request.proposal.irreversible))
    if bound is ruling:
        return request
    return evolved(request, proposal=evolved(request.proposal, ruling=bound))


def _ruled(request: ApprovalRequest, facts: Facts, status: Status) -> Transition:
    kind = DecisionType.APPROVE if status is Status.APPROVED else DecisionType.REJECT
    decision = Decision(type=kind, by=(), decided_at=facts.now)
    event = Event(
        kind=EventKind.REQUEST_RULED,
        actor=BY_RULE,
        facts={
            "decision": kind.value,
            "rule": request.proposal.ruling.rule,
            "owner": request.proposal.ruling.owner,
            "digest": request.proposal.digest,
            "policy_version": request.proposal.policy_version,
        },
    )
    sample = judging.drawn(request, facts.now)
    closed = escalation.close(request, status, decision=decision, ended_at=facts.now, sample=sample)
    return Transition(request=closed, events=(event,))


def _with_effects(transition: Transition) -> Transition:
    """The finished transition: effects derived, version grown, callbacks counted."""
    if not transition.events:
        return transition
    effects = transition.effects + consequences.of(transition.request, transition.events)
    sent = sum(isinstance(effect, SendCallback) for effect in effects)
    request = transition.request
    progress = request.progress
    if sent:
        progress = evolved(progress, callbacks=progress.callbacks + sent, callback="pending")
    request = evolved(request, version=request.version + 1, progress=progress)
    return evolved(transition, request=request, effects=effects)


_FOLDS: dict[type[Move], Callable[[ApprovalRequest, Any, Facts], Transition]] = {
    moves.Press: deciding.press,
    moves.OpenView: seeing.open_view,
    private_moves.Reveal: revealing.reveal,
    private_moves.Erase: erasing.erase,
    private_moves.Forget: erasing.forget,
    moves.Due: clock.due,
    moves.Cancel: agent_moves.cancel,
    moves.ReportOutcome: agent_moves.report_outcome,
    moves.Redeem: agent_moves.redeem,
    moves.Say: agent_moves.say,
    moves.Remark: said.remark,
    moves.Redirect: redirecting.redirect,
    moves.Withdraw: withdrawing.withdraw,
    moves.Cover: following.cover,
    moves.MarkPause: following.mark_pause,
    moves.CardPosted: delivery.card_posted,
    moves.CardUndeliverable: delivery.card_undeliverable,
    moves.CallbackSettled: delivery.callback_settled,
}
