"""Holding a request: somebody looks into it, and reminders rest meanwhile; the deadline does not."""

from __future__ import annotations

from datetime import datetime

from bot.domain import escalation
from bot.domain.attention import Claim
from bot.domain.authority import Refused
from bot.domain.directory import Person
from bot.domain.events import Event, EventKind
from bot.domain.evolve import evolved
from bot.domain.hours import after
from bot.domain.moves import Facts, Press
from bot.domain.refusing import ALREADY, refused
from bot.domain.request import ApprovalRequest
from bot.domain.sentences import names
from bot.domain.transition import Transition, progressed, recorded


def claim(request: ApprovalRequest, move: Press, facts: Facts, person: Person) -> Transition:
    """Look into it, in the place of whoever did; claiming one's own claim renews it."""
    gated = escalation.lifted(request, facts, actor=f"person:{person.id}", why="somebody looks into it")
    before = request.progress.claim
    own = before is not None and before.person == person.id
    taken = Claim(
        person=person.id,
        at=before.at if before and own else facts.now,
        lapses_at=lapses_at(request, facts),
        handed_by=before.handed_by if before and own else (),
    )
    event = Event(
        kind=EventKind.REQUEST_CLAIMED,
        actor=f"person:{person.id}",
        facts={
            "lapses_at": taken.lapses_at.isoformat(),
            "instead_of": before.person if before and not own else None,
        },
    )
    held = progressed(gated.request, claim=taken, remind_at=None)
    instead = f" in the place of {names(facts.directory, (before.person,))}" if before and not own else ""
    sentence = f"You look into it{instead}; reminders rest until {taken.lapses_at:%H:%M} UTC."
    return gated.then(Transition(request=held, events=(event,), answer=recorded(sentence)))


def release(request: ApprovalRequest, move: Press, facts: Facts, person: Person) -> Transition:
    """Give one's claim up; reminders go on."""
    held = request.progress.claim
    if held is None or held.person != person.id:
        sentence = "You are not looking into this, so there is nothing to give up."
        return refused(request, move, Refused(code=ALREADY, sentence=sentence), person)
    remind_at = escalation.reminder_after(request, facts.now, request.progress.step_ends_at)
    event = Event(kind=EventKind.CLAIM_RELEASED, actor=f"person:{person.id}")
    free = progressed(request, claim=None, remind_at=remind_at)
    sentence = "You do not look into it any more; reminders go on."
    return Transition(request=free, events=(event,), answer=recorded(sentence))


def renewed(done: Transition, facts: Facts, person: str) -> Transition:
    """Whatever its holder does holds the claim on."""
    held = done.request.progress.claim
    if not done.answer.accepted or not done.events or held is None or held.person != person:
        return done
    claim = evolved(held, lapses_at=lapses_at(done.request, facts))
    return evolved(done, request=progressed(done.request, claim=claim))


def lapses_at(request: ApprovalRequest, facts: Facts) -> datetime:
    """When a claim lapses whose holder does nothing from now on."""
    return after(facts.now, request.terms.claim_idle, escalation.working_hours(request))
