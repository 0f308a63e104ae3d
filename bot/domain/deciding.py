"""Presses: what happens when a person approves, edits, rejects, escalates, claims or withdraws."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from bot.domain import escalation, pausing
from bot.domain.authority import Refused, allowed, identify
from bot.domain.casting import vote
from bot.domain.directory import Person
from bot.domain.editing import edit
from bot.domain.events import Event, EventKind
from bot.domain.hours import after, has_come
from bot.domain.moves import Choice, Facts, Press
from bot.domain.refusing import ALREADY, refused
from bot.domain.request import ApprovalRequest, Claim
from bot.domain.seeing import has_seen
from bot.domain.sentences import how_it_ended
from bot.domain.status import DecisionType
from bot.domain.transition import Transition, progressed


def press(request: ApprovalRequest, move: Press, facts: Facts) -> Transition:
    """Fold a press: refused with a private sentence, or taken."""
    person = identify(facts.directory, move.presser)
    if isinstance(person, Refused):
        return refused(request, move, person)
    if not request.status.is_final and has_come(request.proposal.needed_by, facts.now):
        expired = escalation.expire(request, facts.now, escalation.DEADLINE_PASSED)
        return expired.then(_too_late(expired.request, move, facts, person))
    if request.status.is_final:
        return _too_late(request, move, facts, person)
    refusal = (
        _out_of_date(request, move)
        or _without_authority(request, move, facts, person)
        or _not_offered(request, move, person)
        or pausing.refusal(request, move, facts)
    )
    if refusal is not None:
        return refused(request, move, refusal, person)
    return _PRESSES[move.choice](request, move, facts, person)


def _too_late(request: ApprovalRequest, move: Press, facts: Facts, person: Person) -> Transition:
    decision = request.progress.decision
    own = decision is not None and person.id in decision.by
    sentence = how_it_ended(request, facts.directory)
    return refused(request, move, Refused(code=ALREADY if own else "too_late", sentence=sentence), person)


def _out_of_date(request: ApprovalRequest, move: Press) -> Refused | None:
    if move.revision != request.revision:
        return Refused(
            code="stale",
            sentence="The arguments were changed since this card was drawn; "
            "look at the new ones and press again.",
        )
    shown, now = (move.step, move.round), (request.progress.step, request.progress.round)
    if move.choice is Choice.ESCALATE and move.step is not None and shown != now:
        return Refused(code=ALREADY, sentence="This was escalated a moment ago.")
    return None


def _without_authority(request: ApprovalRequest, move: Press, facts: Facts, person: Person) -> Refused | None:
    # An edit is checked against the new arguments later, so at the door it needs what a rejection needs.
    needed = Choice.APPROVE if move.choice is Choice.APPROVE else Choice.REJECT
    ruled = allowed(facts.directory, request, person, needed)
    return ruled if isinstance(ruled, Refused) else None


def _not_offered(request: ApprovalRequest, move: Press, person: Person) -> Refused | None:
    if move.choice not in (*request.proposal.choices, Choice.CLAIM, Choice.WITHDRAW):
        return Refused(code="not_offered", sentence=f"This request cannot be answered with {move.choice}.")
    if move.choice is Choice.REJECT and move.reason is None:
        return Refused(
            code="reason_needed", sentence="A rejection needs a reason; choose one and press again."
        )
    approving = move.choice in (Choice.APPROVE, Choice.EDIT)
    if approving and request.proposal.high_impact and not has_seen(request, move, person):
        return Refused(
            code="needs_view",
            sentence="This has a high impact: open Review… and approve there, with everything in view.",
        )
    return None


def _approve(request: ApprovalRequest, move: Press, facts: Facts, person: Person) -> Transition:
    return vote(request, move, facts, person, DecisionType.APPROVE)


def _reject(request: ApprovalRequest, move: Press, facts: Facts, person: Person) -> Transition:
    return vote(request, move, facts, person, DecisionType.REJECT)


def _escalate(request: ApprovalRequest, move: Press, facts: Facts, person: Person) -> Transition:
    if not escalation.has_next(request):
        sentence = "There is nobody further to ask; this is the last step."
        return refused(request, move, Refused(code="nobody_further", sentence=sentence), person)
    moved = escalation.advance(
        request,
        facts,
        why="a reviewer asked for it",
        actor=f"person:{person.id}",
        said=move.reason.text if move.reason else "",
    )
    if moved.request.status.is_final:
        sentence = "The steps that follow reach nobody who could approve."
        return refused(request, move, Refused(code="nobody_further", sentence=sentence), person)
    return moved


def _claim(request: ApprovalRequest, move: Press, facts: Facts, person: Person) -> Transition:
    gated = escalation.lifted(request, facts, actor=f"person:{person.id}", why="somebody looks into it")
    lapses_at = after(facts.now, request.terms.claim_idle, escalation.working_hours(request))
    claim = Claim(person=person.id, at=facts.now, lapses_at=lapses_at)
    event = Event(
        kind=EventKind.REQUEST_CLAIMED,
        actor=f"person:{person.id}",
        facts={"lapses_at": lapses_at.isoformat()},
    )
    held = progressed(gated.request, claim=claim, remind_at=None)
    return gated.then(Transition(request=held, events=(event,)))


def _withdraw(request: ApprovalRequest, move: Press, facts: Facts, person: Person) -> Transition:
    rest = tuple(v for v in request.progress.votes if v.person != person.id)
    if len(rest) == len(request.progress.votes):
        return refused(request, move, Refused(code=ALREADY, sentence="You have no vote on this."), person)
    event = Event(kind=EventKind.VOTE_WITHDRAWN, actor=f"person:{person.id}")
    return Transition(request=progressed(request, votes=rest), events=(event,))


_Handler: TypeAlias = Callable[[ApprovalRequest, Press, Facts, Person], Transition]

_PRESSES: dict[Choice, _Handler] = {
    Choice.APPROVE: _approve,
    Choice.EDIT: edit,
    Choice.REJECT: _reject,
    Choice.ESCALATE: _escalate,
    Choice.CLAIM: _claim,
    Choice.WITHDRAW: _withdraw,
}
