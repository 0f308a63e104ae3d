"""Due moves: what happens when a time has come and nobody did anything."""

from __future__ import annotations

from bot.domain import escalation, judging, veto
from bot.domain.covering import instead_of
from bot.domain.events import BY_CLOCK, Event, EventKind
from bot.domain.hours import has_come
from bot.domain.moves import Due, Facts
from bot.domain.request import ApprovalRequest
from bot.domain.transition import NOTHING, Transition, progressed


def due(request: ApprovalRequest, move: Due, facts: Facts) -> Transition:
    """Fold the most decisive thing that is due now; a later time brings the rest."""
    progress, now = request.progress, facts.now
    if request.status.is_final:
        return judging.due(request, facts)
    if has_come(request.proposal.needed_by, now):
        return escalation.expire(request, now, escalation.DEADLINE_PASSED)
    if has_come(progress.veto_ends_at, now) and not progress.objecting:
        return veto.passes(request, facts)
    if has_come(progress.step_ends_at, now):
        return escalation.advance(request, facts, why="nobody answered in time")
    if progress.claim is not None and has_come(progress.claim.lapses_at, now):
        return _claim_lapsed(request, facts)
    if has_come(progress.remind_at, now):
        return _remind(request, facts)
    return Transition(request=request, answer=NOTHING)


def _claim_lapsed(request: ApprovalRequest, facts: Facts) -> Transition:
    claim = request.progress.claim
    remind_at = escalation.reminder_after(request, facts.now, request.progress.step_ends_at)
    event = Event(
        kind=EventKind.CLAIM_LAPSED, actor=BY_CLOCK, facts={"person": claim.person if claim else None}
    )
    return Transition(request=progressed(request, claim=None, remind_at=remind_at), events=(event,))


def _remind(request: ApprovalRequest, facts: Facts) -> Transition:
    progress = request.progress
    voted = {vote.person for vote in progress.votes}
    people = [p for p in facts.directory.members(request.voters) if p not in voted]
    event = Event(
        kind=EventKind.REMINDER_DUE,
        actor=BY_CLOCK,
        facts={
            "step": progress.step,
            "round": progress.round,
            "to": list(progress.reaching),
            "people": list(instead_of(facts.directory, people)),
        },
    )
    remind_at = escalation.reminder_after(request, facts.now, progress.step_ends_at)
    return Transition(request=progressed(request, remind_at=remind_at), events=(event,))
