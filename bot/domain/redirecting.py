"""Sending one request elsewhere: its current step asks others from now on, and goes on from there."""

from __future__ import annotations

from datetime import datetime

from bot.domain import escalation
from bot.domain.authority import Refused, allowed, could_approve, eligible, identify, listed
from bot.domain.choice import Choice
from bot.domain.covering import covers_told, instead_of
from bot.domain.directory import Directory, Person
from bot.domain.events import Event, EventKind, Fact
from bot.domain.evolve import evolved
from bot.domain.hours import after
from bot.domain.moves import Facts, Redirect
from bot.domain.redirection import Redirection
from bot.domain.refusing import command_refused
from bot.domain.request import ApprovalRequest
from bot.domain.sentences import how_it_ended
from bot.domain.terms import Target, TargetKind
from bot.domain.transition import Transition, progressed, recorded

_TO = "to"


def redirect(request: ApprovalRequest, move: Redirect, facts: Facts) -> Transition:
    """Ask others instead, as a reviewer or a lead wants it; nobody gains the right to decide."""
    person = identify(facts.directory, move.presser)
    if isinstance(person, Refused):
        return command_refused(request, move.presser, _TO, person)
    destinations = escalation.destinations_of(move.to, request, facts.directory)
    refusal = _refusal(request, move, facts, person, destinations)
    if refusal is not None:
        return command_refused(request, move.presser, _TO, refusal, person)
    if move.adds:
        move = evolved(move, to=tuple(dict.fromkeys((*_asked(request), *move.to))))
        destinations = tuple(dict.fromkeys((*request.progress.reaching, *destinations)))
    gated = escalation.lifted(request, facts, actor=f"person:{person.id}", why="somebody sent it elsewhere")
    return gated.then(_sent(gated.request, move, facts, person, destinations))


def redirected_to(request: ApprovalRequest) -> tuple[Target, ...]:
    """Whom the current step asks by hand; empty while it asks whom its terms name."""
    sent, progress = request.progress.redirected, request.progress
    return sent.to if sent is not None and (sent.step, sent.round) == (progress.step, progress.round) else ()


def _asked(request: ApprovalRequest) -> tuple[Target, ...]:
    step = request.current_step
    return redirected_to(request) or (step.to if step is not None else ())


def _refusal(
    request: ApprovalRequest, move: Redirect, facts: Facts, person: Person, destinations: tuple[str, ...]
) -> Refused | None:
    directory = facts.directory
    leads = directory.leads_action(person.id, request.proposal.action)
    ruled = allowed(directory, request, person, Choice.REJECT)
    if isinstance(ruled, Refused) and not leads:
        return ruled
    if request.status.is_final:
        return Refused(code="too_late", sentence=how_it_ended(request, directory))
    if not request.progress.step:
        return Refused(code="too_early", sentence="Nobody is asked yet; try again in a moment.")
    without = next((target for target in move.to if not _somebody_could(request, target, directory)), None)
    if without is not None:
        able = [each.name for each in could_approve(directory, request)]
        who = f"{listed(able)} could." if able else "There is nobody who could."
        return Refused(code="no_authority", sentence=f"{_could_not(without, directory)} approve this. {who}")
    if not destinations:
        return Refused(code="nobody_reached", sentence="That reaches nobody, so it stays where it is.")
    return None


def _somebody_could(request: ApprovalRequest, target: Target, directory: Directory) -> bool:
    if target.kind is TargetKind.CHANNEL:
        return True
    able = {person.id for person in could_approve(directory, request)}
    return not able.isdisjoint(directory.members((target.ref,)))


def _could_not(target: Target, directory: Directory) -> str:
    if target.kind is TargetKind.PERSON and target.ref in directory.people:
        return f"{directory.people[target.ref].name} could not"
    return f"Nobody of {target.label} could"


def _sent(
    request: ApprovalRequest, move: Redirect, facts: Facts, person: Person, destinations: tuple[str, ...]
) -> Transition:
    progress = request.progress
    labels = tuple(dict.fromkeys(target.label for target in move.to))
    ends_at, remind_at = _times(request, move, facts)
    sent = progressed(
        request,
        step_ends_at=ends_at,
        remind_at=remind_at,
        reaching=destinations,
        reached=tuple(dict.fromkeys((*progress.reached, *destinations))),
        claim=progress.claim if move.adds else None,
        redirected=Redirection(
            to=move.to, by=person.id, at=facts.now, step=progress.step, round=progress.round
        ),
    )
    event = Event(
        kind=EventKind.REQUEST_REDIRECTED,
        actor=f"person:{person.id}",
        facts=_facts(request, move, facts, destinations),
        private={"by_name": person.name, "to": ", ".join(labels)},
    )
    asked = " and ".join(labels)
    sentence = f"Sent to {asked}; escalation goes on from there."
    if move.adds:
        sentence = f"Asked now: {asked}; escalation goes on as before."
    return Transition(request=sent, events=(event,), answer=recorded(sentence))


def _times(request: ApprovalRequest, move: Redirect, facts: Facts) -> tuple[datetime | None, datetime | None]:
    """When the step ends and reminds: a new wait for others, none for those who are asked as well."""
    if move.adds:
        return request.progress.step_ends_at, request.progress.remind_at
    step = request.current_step
    wait = step.wait if step is not None else escalation.NO_WAIT
    ends_at = after(facts.now, wait, escalation.working_hours(request))
    return ends_at, escalation.reminder_after(request, facts.now, ends_at)


def _facts(
    request: ApprovalRequest, move: Redirect, facts: Facts, destinations: tuple[str, ...]
) -> dict[str, Fact]:
    progress, directory = request.progress, facts.directory
    named = directory.members(tuple(to.ref for to in move.to if to.kind is not TargetKind.CHANNEL))
    people = named or eligible(directory, request)
    return {
        "step": progress.step,
        "round": progress.round,
        "to": [target.ref for target in move.to],
        "posted": [d for d in destinations if d not in progress.reached],
        "pinged": [
            d for d in destinations if d in progress.reached and not (move.adds and d in progress.reaching)
        ],
        "left": [d for d in progress.reaching if d not in destinations],
        "people": list(instead_of(directory, people)),
        **covers_told(directory, people),
    }
