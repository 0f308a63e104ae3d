"""Steps and rounds: who is asked now, who is asked next, and how it ends when nobody answers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from bot.domain.authority import anybody_could_approve, eligible
from bot.domain.covering import covers_told, instead_of
from bot.domain.directory import Directory
from bot.domain.events import BY_CLOCK, Event, EventKind
from bot.domain.evolve import evolved
from bot.domain.hours import ALWAYS, WorkingHours, after
from bot.domain.moves import Facts
from bot.domain.request import ApprovalRequest
from bot.domain.status import Status
from bot.domain.terms import Step, Target, TargetKind, Terms
from bot.domain.transition import Transition, progressed

NOBODY_ANSWERED = "Nobody answered in time."
NOBODY_REACHED = "Nobody could be asked: no step of the escalation policy reaches anybody who may approve."
DEADLINE_PASSED = "The deadline passed before anybody decided."
UNDELIVERABLE = "undeliverable"
NO_WAIT = timedelta(0)


def start(request: ApprovalRequest, facts: Facts) -> Transition:
    """Ask the first step that reaches somebody."""
    return _enter_next(request, facts)


def advance(
    request: ApprovalRequest, facts: Facts, *, why: str, actor: str = BY_CLOCK, said: str = ""
) -> Transition:
    """Leave the current step for the next one that reaches somebody; without one the request expires.

    `said` is what a person gave as the reason, in their own words.
    """
    before = request.progress
    gated = lifted(request, facts, actor=actor, why=why)
    left = (f"Step {before.step} could not be delivered.",) if why == UNDELIVERABLE else ()
    entered = _enter_next(gated.request, facts, left)
    if entered.request.status.is_final:
        return gated.then(entered)
    now = entered.request.progress
    escalated = Event(
        kind=EventKind.REQUEST_ESCALATED,
        actor=actor,
        facts={"from_step": before.step, "step": now.step, "round": now.round, "why": why},
        private={"said": said} if said else {},
    )
    return gated.then(evolved(entered, events=(escalated, *entered.events)))


def expire(request: ApprovalRequest, now: datetime, why: str) -> Transition:
    """End without a decision; this is never a refusal."""
    ended = close(request, Status.EXPIRED, ended=why, ended_at=now)
    event = Event(kind=EventKind.REQUEST_EXPIRED, actor=BY_CLOCK, facts={"why": why})
    return Transition(request=ended, events=(event,))


def close(request: ApprovalRequest, status: Status, **changes: Any) -> ApprovalRequest:
    """The request in a final status, with every timer stopped and its progress changed."""
    stopped = {"step_ends_at": None, "remind_at": None, "veto_ends_at": None, "claim": None, "objecting": ()}
    progress = evolved(request.progress, **stopped, **changes)
    return evolved(request, status=status, progress=progress)


def lifted(request: ApprovalRequest, facts: Facts, *, actor: str, why: str) -> Transition:
    """A veto window turned into a gate, whose step then runs; nothing happens without a window."""
    step = request.current_step
    if not request.veto_open or step is None:
        return Transition(request=request)
    ends_at = after(facts.now, step.wait, working_hours(request))
    gated = progressed(
        request,
        veto_lifted=True,
        veto_ends_at=None,
        objecting=(),
        step_ends_at=ends_at,
        remind_at=reminder_after(request, facts.now, ends_at),
    )
    return Transition(
        request=gated, events=(Event(kind=EventKind.VETO_LIFTED, actor=actor, facts={"why": why}),)
    )


def has_next(request: ApprovalRequest) -> bool:
    """Whether any step follows the current one."""
    return next(following(request.terms, request.progress.step, request.progress.round), None) is not None


def following(terms: Terms, step: int, turn: int) -> Iterator[tuple[int, int]]:
    """The (step, round) pairs still to come, both counted from 1."""
    position = (max(turn, 1) - 1) * len(terms.steps) + step
    for upcoming in range(position, len(terms.steps) * (terms.repeat + 1)):
        yield upcoming % len(terms.steps) + 1, upcoming // len(terms.steps) + 1


def working_hours(request: ApprovalRequest, step: Step | None = None) -> WorkingHours:
    """The hours outside which waits and reminders of a step pause; what is urgent never does.

    The current step is meant unless another is given.
    """
    return ALWAYS if request.proposal.urgent else hours_of(request, step or request.current_step)


def hours_of(request: ApprovalRequest, step: Step | None) -> WorkingHours:
    """When the people whom a step asks work: by their groups, where these say so, else by the policy."""
    if step is not None and step.hours:
        return step.hours
    return (request.terms.hours,) if request.terms.hours is not None else ALWAYS


def reminder_after(request: ApprovalRequest, now: datetime, ends_at: datetime | None) -> datetime | None:
    """When the current step reminds next, None when it ends before."""
    step = request.current_step
    if step is None or step.remind_every is None or step.remind_every <= timedelta(0):
        return None
    at = after(now, step.remind_every, working_hours(request))
    return at if ends_at is None or at < ends_at else None


def _enter_next(request: ApprovalRequest, facts: Facts, left: tuple[str, ...] = ()) -> Transition:
    skipped: list[Event] = []
    notes = list(left)
    for number, turn in following(request.terms, request.progress.step, request.progress.round):
        step = request.terms.steps[number - 1]
        destinations = destinations_of(step.to, request, facts.directory)
        candidate = _at(request, number, turn, step)
        why = _useless(candidate, destinations, facts.directory)
        if why is None:
            entered = _enter(candidate, step, destinations, facts, skipped=tuple(notes))
            return evolved(entered, events=(*skipped, *entered.events)) if skipped else entered
        skipped.append(_skipped(number, turn, why))
        notes.append(f"Step {number} was skipped: {why}.")
    was_asked = set(request.progress.reached) - set(request.progress.undeliverable)
    ended = expire(request, facts.now, NOBODY_ANSWERED if was_asked else NOBODY_REACHED)
    return evolved(ended, events=(*skipped, *ended.events))


def _useless(request: ApprovalRequest, destinations: tuple[str, ...], directory: Directory) -> str | None:
    """Why it would be no use to wait for a step, None when somebody can answer it."""
    if not destinations:
        return "it reaches nobody"
    if request.veto_open:
        return None if eligible(directory, request) else "nobody there may object"
    return None if anybody_could_approve(directory, request) else "nobody there may approve"


def _at(request: ApprovalRequest, number: int, turn: int, step: Step) -> ApprovalRequest:
    widened = request.progress.widened
    if step.voters:
        widened = tuple(dict.fromkeys((*widened, *step.voters)))
    return progressed(request, step=number, round=turn, widened=widened)


def _enter(
    request: ApprovalRequest,
    step: Step,
    destinations: tuple[str, ...],
    facts: Facts,
    *,
    skipped: tuple[str, ...],
) -> Transition:
    progress = request.progress
    ends_at = after(facts.now, step.wait, working_hours(request))
    entered = progressed(
        request,
        step_ends_at=ends_at,
        remind_at=reminder_after(request, facts.now, ends_at),
        reaching=destinations,
        reached=tuple(dict.fromkeys((*progress.reached, *destinations))),
        skipped=skipped,
        claim=None,
    )
    people = eligible(facts.directory, request)
    started = Event(
        kind=EventKind.STEP_STARTED,
        actor=BY_CLOCK,
        facts={
            "step": progress.step,
            "round": progress.round,
            "posted": [d for d in destinations if d not in progress.reached],
            "pinged": [d for d in destinations if d in progress.reached],
            "people": list(instead_of(facts.directory, people)),
            "ends_at": ends_at.isoformat(),
            **covers_told(facts.directory, people),
        },
    )
    return Transition(request=entered, events=(started,))


def destinations_of(to: Sequence[Target], request: ApprovalRequest, directory: Directory) -> tuple[str, ...]:
    """Where targets are reached, as far as anything reaches them; covers instead of people who are away."""
    dead = request.progress.undeliverable
    channels = [target.ref for target in to if target.kind is TargetKind.CHANNEL]
    found: dict[str, None] = {}
    for target in to:
        if target.kind is TargetKind.CHANNEL:
            if target.ref.partition(":")[0] in directory.platforms:
                found[target.ref] = None
            continue
        for person in directory.members((target.ref,)):
            stand_in = directory.steering.stand_in(person)
            found.update(dict.fromkeys(directory.asked_at(stand_in, channels, dead)))
    return tuple(place for place in found if place not in dead)


def _skipped(number: int, turn: int, why: str) -> Event:
    return Event(
        kind=EventKind.STEP_SKIPPED, actor=BY_CLOCK, facts={"step": number, "round": turn, "why": why}
    )
