"""Showing masked values to one person on demand: who may, and the record that stands before they are shown.

Whoever may decide a request now has to be able to see everything that would run; whoever leads its action
answers for it afterwards as well. Nobody else is shown what the policy masks.
"""

from __future__ import annotations

from bot.domain.authority import UNREADABLE, Refused, could_approve, eligible, identify, is_reviewer, listed
from bot.domain.directory import Directory, Person
from bot.domain.events import Event, EventKind
from bot.domain.moves import Facts
from bot.domain.private_moves import Reveal
from bot.domain.refusing import command_refused
from bot.domain.request import ApprovalRequest
from bot.domain.transition import Transition, recorded

#: what was pressed, in the record of a refusal
REVEAL = "reveal"

_DONE = recorded("Recorded; these values are shown to you alone.")


def reveal(request: ApprovalRequest, move: Reveal, facts: Facts) -> Transition:
    """Record who is shown which values of which revision; the values themselves are in no event."""
    person = identify(facts.directory, move.presser)
    if isinstance(person, Refused):
        return command_refused(request, move.presser, REVEAL, person)
    refusal = barred(facts.directory, request, person) or _changed(request, move)
    if refusal is not None:
        return command_refused(request, move.presser, REVEAL, refusal, person)
    event = Event(
        kind=EventKind.VALUES_REVEALED,
        actor=f"person:{person.id}",
        facts={
            "paths": list(move.paths),
            "revision": move.revision,
            "via": move.presser.identity.platform,
        },
    )
    return Transition(request=request, events=(event,), answer=_DONE)


def barred(directory: Directory, request: ApprovalRequest, person: Person) -> Refused | None:
    """Why a person is not shown what is masked, None where they are."""
    if directory.leads_action(person.id, request.proposal.action):
        return None
    if request.status.is_final:
        sentence = "This is over, so hidden values are shown to leads of its action only."
        return Refused(code="too_late", sentence=sentence)
    if is_reviewer(directory, request, person):
        return None
    if person.id in eligible(directory, request):
        sentence = "Nobody knows right now whether you still are in the group that is asked; try again."
        return Refused(code=UNREADABLE, sentence=sentence)
    return Refused(code="not_a_reviewer", sentence=_who_may(directory, request))


def _changed(request: ApprovalRequest, move: Reveal) -> Refused | None:
    if move.revision == request.revision:
        return None
    return Refused(code="stale", sentence="The arguments were changed meanwhile; open them again.")


def _who_may(directory: Directory, request: ApprovalRequest) -> str:
    names = [person.name for person in could_approve(directory, request)]
    who = f" {listed(names)} can see them." if names else ""
    return f"Hidden values are shown to whoever may decide this, and to leads of its action.{who}"
