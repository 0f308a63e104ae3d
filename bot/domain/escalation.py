"""Steps and rounds: who is asked now, who is asked next, and how it ends when nobody answers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from bot.domain.directory import Directory
from bot.domain.events import BY_CLOCK, Event, EventKind
from bot.domain.hours import after
from bot.domain.moves import Facts
from bot.domain.request import ApprovalRequest
from bot.domain.status import Status
from bot.domain.terms import Step, TargetKind, Terms
from bot.domain.transition import Transition, progressed

NOBODY_ANSWERED = "Nobody answered in time."
NOBODY_REACHED = "Nobody could be asked: no step of the escalation policy reaches anybody."
DEADLINE_PASSED = "The deadline passed before anybody decided."


def start(request: ApprovalRequest, facts: Facts) -> Transition:
    """Ask the first step that reaches somebody."""
    return _enter_next(request, facts)


def advance(request: ApprovalRequest, facts: Facts, *, why: str, actor: str = BY_CLOCK) -> Transition:
    """Leave the current step for the next one that reaches somebody; without one the request expires."""
    before = request.progress
    entered = _enter_next(lift_veto(request, facts.now), facts)
    if entered.request.status.is_final:
        return entered
    now = entered.request.progress
    escalated = Event(
        kind=EventKind.REQUEST_ESCALATED,
        actor=actor,
        facts={"from_step": before.step, "step": now.step, "round": now.round, "why": why},
    )
    return replace(entered, events=(escalated, *entered.events))


def expire(request: ApprovalRequest, now: datetime, why: str) -> Transition:
    """End without a decision; this is never a refusal."""
    ended = close(progressed(request, ended=why, ended_at=now), Status.EXPIRED)
    return Transition(
        request=ended, events=(Event(kind=EventKind.REQUEST_EXPIRED, actor=BY_CLOCK, facts={"why": why}),)
    )


def close(request: ApprovalRequest, status: Status) -> ApprovalRequest:
    """The request in a final status, with every timer stopped."""
    stopped = progressed(request, step_ends_at=None, remind_at=None, veto_ends_at=None, claim=None)
    return replace(stopped, status=status)


def lift_veto(request: ApprovalRequest, now: datetime) -> ApprovalRequest:
    """The request with a veto window turned into a gate, whose step then runs; unchanged without a window."""
    step = request.current_step
    if not request.veto_open or step is None:
        return request
    ends_at = after(now, step.wait, None if request.proposal.urgent else request.terms.hours)
    return progressed(request, veto_lifted=True, veto_ends_at=None, step_ends_at=ends_at)


def has_next(request: ApprovalRequest) -> bool:
    """Whether any step follows the current one."""
    return next(_following(request.terms, request.progress.step, request.progress.round), None) is not None


def _following(terms: Terms, step: int, turn: int) -> Iterator[tuple[int, int]]:
    """The (step, round) pairs still to come, both counted from 1."""
    position = (max(turn, 1) - 1) * len(terms.steps) + step
    for upcoming in range(position, len(terms.steps) * (terms.repeat + 1)):
        yield upcoming % len(terms.steps) + 1, upcoming // len(terms.steps) + 1


def _enter_next(request: ApprovalRequest, facts: Facts) -> Transition:
    skipped: list[Event] = []
    for number, turn in _following(request.terms, request.progress.step, request.progress.round):
        step = request.terms.steps[number - 1]
        destinations = _destinations(step, facts.directory)
        candidate = _at(request, number, turn, step)
        if destinations and facts.directory.members(candidate.voters):
            entered = _enter(candidate, step, destinations, facts)
            return replace(entered, events=(*skipped, *entered.events))
        skipped.append(_skipped(number, turn, reached=bool(destinations)))
    ever_asked = bool(request.progress.reached)
    ended = expire(request, facts.now, NOBODY_ANSWERED if ever_asked else NOBODY_REACHED)
    return replace(ended, events=(*skipped, *ended.events))


def _at(request: ApprovalRequest, number: int, turn: int, step: Step) -> ApprovalRequest:
    widened = dict.fromkeys((*request.progress.widened, *step.voters))
    return progressed(request, step=number, round=turn, widened=tuple(widened))


def _enter(request: ApprovalRequest, step: Step, destinations: tuple[str, ...], facts: Facts) -> Transition:
    progress, hours = request.progress, request.terms.hours if not request.proposal.urgent else None
    ends_at = after(facts.now, step.wait, hours)
    entered = progressed(
        request,
        step_ends_at=ends_at,
        remind_at=reminder_after(request, facts.now, ends_at),
        reaching=destinations,
        reached=tuple(dict.fromkeys((*progress.reached, *destinations))),
        claim=None,
    )
    started = Event(
        kind=EventKind.STEP_STARTED,
        actor=BY_CLOCK,
        facts={
            "step": progress.step,
            "round": progress.round,
            "posted": [d for d in destinations if d not in progress.reached],
            "pinged": [d for d in destinations if d in progress.reached],
            "people": list(facts.directory.members(request.voters)),
            "ends_at": ends_at.isoformat(),
        },
    )
    return Transition(request=entered, events=(started,))


def reminder_after(request: ApprovalRequest, now: datetime, ends_at: datetime | None) -> datetime | None:
    """When the current step reminds next, None when it ends before."""
    step = request.current_step
    if step is None or step.remind_every is None:
        return None
    at = after(now, step.remind_every, None if request.proposal.urgent else request.terms.hours)
    return at if ends_at is None or at < ends_at else None


def _destinations(step: Step, directory: Directory) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for target in step.to:
        if target.kind is TargetKind.CHANNEL:
            if target.ref.partition(":")[0] in directory.platforms:
                found[target.ref] = None
            continue
        for person in directory.members((target.ref,)):
            found.update(dict.fromkeys(directory.destinations(person)))
    return tuple(found)


def _skipped(number: int, turn: int, *, reached: bool) -> Event:
    why = "nobody there may decide" if reached else "it reaches nobody"
    return Event(
        kind=EventKind.STEP_SKIPPED, actor=BY_CLOCK, facts={"step": number, "round": turn, "why": why}
    )
