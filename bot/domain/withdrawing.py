"""A lead withdraws a request of an action they lead."""

from __future__ import annotations

from bot.domain import escalation
from bot.domain.authority import Refused, identify
from bot.domain.directory import Directory, Person
from bot.domain.events import Event, EventKind
from bot.domain.moves import Facts, Withdraw
from bot.domain.refusing import command_refused
from bot.domain.request import ApprovalRequest
from bot.domain.sentences import how_it_ended
from bot.domain.status import Status
from bot.domain.text import inert
from bot.domain.transition import Transition, recorded

#: characters of the reason
LONGEST_REASON = 1_000
_CANCEL = "cancel"


def withdraw(request: ApprovalRequest, move: Withdraw, facts: Facts) -> Transition:
    """End a pending request without a decision; its agent is told that it was withdrawn, and why."""
    person = identify(facts.directory, move.presser)
    if isinstance(person, Refused):
        return command_refused(request, move.presser, _CANCEL, person)
    refusal = _refusal(request, facts.directory, person)
    if refusal is not None:
        return command_refused(request, move.presser, _CANCEL, refusal, person)
    reason = inert(move.reason, limit=LONGEST_REASON)
    event = Event(
        kind=EventKind.REQUEST_CANCELLED,
        actor=f"person:{person.id}",
        facts={"superseded_by": None},
        private={"reason": reason} if reason else {},
    )
    closed = escalation.close(
        request, Status.CANCELLED, ended=reason, ended_at=facts.now, withdrawn_by=person.id
    )
    answer = recorded("Withdrawn; its agent is told.")
    return Transition(request=closed, events=(event,), answer=answer)


def _refusal(request: ApprovalRequest, directory: Directory, person: Person) -> Refused | None:
    action = request.proposal.action
    if not directory.leads_action(person.id, action):
        leads = [directory.people[p].name for p in directory.leads if directory.leads_action(p, action)]
        who = f": {' or '.join(leads[:4])}" if leads else ""
        return Refused(code="not_a_lead", sentence=f"Only those who lead {action} can withdraw this{who}.")
    if request.status is Status.APPROVED:
        sentence = f"This is approved already; `pause {action}` keeps its agent from taking the approval."
        return Refused(code="too_late", sentence=sentence)
    if request.status.is_final:
        return Refused(code="too_late", sentence=how_it_ended(request, directory))
    return None
