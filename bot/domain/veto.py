"""The veto window, in which silence approves: how it starts, stands still, becomes a gate, and passes.

    submitted ── a copy stands where somebody can object ──► window ── nobody objected ──► approved (by rule)
        │                                                      │ ├─ rejected by any one person ──► rejected
        └── no such copy, or nobody there                      │ └─ claimed, asked, edited, paused … ┐
                              └──────────────► gate ◄──────────┴──────────────────────────────────────┘

Silence is consent only of people who were told, who were there, and who could have said no. Wherever that
is in doubt, somebody has to decide.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.domain import escalation, pausing
from bot.domain.authority import eligible
from bot.domain.choice import Choice
from bot.domain.destinations import is_chat, is_person, platform
from bot.domain.directory import Directory
from bot.domain.effects import RedrawCards
from bot.domain.events import BY_CLOCK, BY_RULE, Event, EventKind
from bot.domain.evolve import evolved
from bot.domain.hours import after, has_come
from bot.domain.moves import Facts, Press
from bot.domain.request import ApprovalRequest, Decision
from bot.domain.status import DecisionType, Status
from bot.domain.transition import Transition, progressed

#: presses that stop silence from approving; while one of them waits for a look-up, the window does not pass
OBJECTIONS = (Choice.REJECT, Choice.CLAIM, Choice.ASK, Choice.ESCALATE, Choice.HAND_OVER, Choice.EDIT)
#: a timer that fires later than this was not watched by anybody, and presses may have been lost meanwhile
UNWATCHED = timedelta(minutes=5)


def delivered(request: ApprovalRequest, destination: str, facts: Facts) -> Transition:
    """A copy stands there; the first one that somebody who may object can see starts the window."""
    waits_for_it = request.veto_open and request.progress.veto_ends_at is None
    if request.status.is_final or not waits_for_it or not _reaches(request, destination, facts.directory):
        return Transition(request=request)
    return _start(request, facts)


def lost(before: ApprovalRequest, request: ApprovalRequest, facts: Facts) -> Transition:
    """A place is dead. With the last chat gone, nobody can be supposed to have noticed."""
    had, has = _chats(before.progress.reaching), _chats(request.progress.reaching)
    if not request.veto_open or has or not had:
        return Transition(request=request)
    return escalation.lifted(request, facts, actor=BY_CLOCK, why="no chat could be reached")


def stayed(request: ApprovalRequest, move: Press, facts: Facts) -> Transition:
    """An objection waits for a look-up, so the window does not pass before that is known."""
    progress = request.progress
    if not request.veto_open or move.choice not in OBJECTIONS or move.command_id in progress.objecting:
        return Transition(request=request)
    event = Event(kind=EventKind.VETO_STAYED, actor=BY_CLOCK, facts={"choice": move.choice.value})
    waiting = (*progress.objecting, move.command_id)
    step, ends_at = request.current_step, progress.step_ends_at
    if ends_at is None and step is not None:
        # Whatever becomes of the look-up, something is due at some time.
        ends_at = after(facts.now, step.wait, escalation.working_hours(request))
    return Transition(request=progressed(request, objecting=waiting, step_ends_at=ends_at), events=(event,))


def unreadable(request: ApprovalRequest, move: Press, facts: Facts) -> Transition:
    """It could not be found out whether an objection counts: somebody who surely may has to decide."""
    if not request.veto_open or move.choice not in OBJECTIONS:
        return Transition(request=request)
    why = "somebody objected, and it could not be read whether they may"
    return escalation.lifted(request, facts, actor=BY_CLOCK, why=why)


def answered(done: Transition, move: Press) -> Transition:
    """A press that waited has its answer, whatever that is, and holds the window no longer."""
    progress = done.request.progress
    if done.waits_for or move.command_id not in progress.objecting:
        return done
    rest = tuple(each for each in progress.objecting if each != move.command_id)
    runs_on = not rest and progress.veto_ends_at is not None
    ends_at = None if runs_on else progress.step_ends_at
    # No event tells of this, and cards say that nothing runs meanwhile.
    redraw = () if rest else (RedrawCards(),)
    going_on = progressed(done.request, objecting=rest, step_ends_at=ends_at)
    return evolved(done, request=going_on, effects=(*done.effects, *redraw))


def passes(request: ApprovalRequest, facts: Facts) -> Transition:
    """The window's time has come: silence approves here only, and never what cannot be undone."""
    doubt = _doubt(request, facts.directory)
    if doubt is not None:
        return escalation.lifted(request, facts, actor=BY_RULE, why=doubt)
    if _was_unwatched(request, facts.now):
        return _run_on(request, facts)
    return _unopposed(request, facts)


def _start(request: ApprovalRequest, facts: Facts) -> Transition:
    window = request.proposal.ruling.window
    if window is None:
        return escalation.lifted(request, facts, actor=BY_RULE, why="the rule names no window")
    ends_at = _ends_at(request, facts.now, window)
    needed_by = request.proposal.needed_by
    if needed_by is not None and needed_by <= ends_at:
        why = "it is needed before the time to object is over"
        return escalation.lifted(request, facts, actor=BY_RULE, why=why)
    event = Event(kind=EventKind.VETO_STARTED, actor=BY_CLOCK, facts={"ends_at": ends_at.isoformat()})
    step_ends_at = request.progress.step_ends_at if request.progress.objecting else None
    running = progressed(request, veto_ends_at=ends_at, step_ends_at=step_ends_at, remind_at=None)
    return Transition(request=running, events=(event,))


def _ends_at(request: ApprovalRequest, now: datetime, window: timedelta) -> datetime:
    """Silence is no consent while everybody sleeps: it runs in working hours, however urgent it is."""
    return after(now, window, escalation.hours_of(request, request.current_step))


def _reaches(request: ApprovalRequest, destination: str, directory: Directory) -> bool:
    """Whether a copy there is before the eyes of somebody who may object.

    A channel counts for all of them who have an account on its platform, a direct message for the one it
    goes to. A list in the browser is seen by who looks, so it counts only where no chat is asked.
    """
    people = _present(request, directory)
    if not is_chat(destination) and _chats(request.progress.reaching):
        return False
    if is_person(destination):
        return any(destination in directory.destinations(person) for person in people)
    there = platform(destination)
    return any(platform(place) == there for person in people for place in directory.destinations(person))


def _present(request: ApprovalRequest, directory: Directory) -> tuple[str, ...]:
    """Who may object and is not away."""
    everybody = eligible(directory, request)
    return tuple(person for person in everybody if directory.steering.absence_of(person) is None)


def _chats(destinations: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(destination for destination in destinations if is_chat(destination))


def _doubt(request: ApprovalRequest, directory: Directory) -> str | None:
    """Why silence means nothing here."""
    if request.proposal.irreversible:
        return "irreversible"
    if pausing.pause_of(directory, request) is not None:
        return pausing.PAUSED
    return None if _present(request, directory) else "nobody who may object is there"


def _was_unwatched(request: ApprovalRequest, now: datetime) -> bool:
    ends_at, window = request.progress.veto_ends_at, request.proposal.ruling.window
    if ends_at is None or window is None or request.progress.veto_extended:
        return False
    return now - ends_at > min(window, UNWATCHED)


def _run_on(request: ApprovalRequest, facts: Facts) -> Transition:
    """Once, by as much as it was late, though no longer than the window itself."""
    progress = request.progress
    window = request.proposal.ruling.window or timedelta(0)
    late = facts.now - (progress.veto_ends_at or facts.now)
    ends_at = _ends_at(request, facts.now, min(late, window))
    event = Event(
        kind=EventKind.VETO_EXTENDED,
        actor=BY_CLOCK,
        facts={"ends_at": ends_at.isoformat(), "why": "nothing was watched when the window passed"},
    )
    needed_by = request.proposal.needed_by
    if has_come(needed_by, ends_at):
        why = "it is needed before the time to object is over"
        return escalation.lifted(request, facts, actor=BY_RULE, why=why)
    running = progressed(request, veto_ends_at=ends_at, veto_extended=True)
    return Transition(request=running, events=(event,))


def _unopposed(request: ApprovalRequest, facts: Facts) -> Transition:
    decision = Decision(type=DecisionType.APPROVE, by=(), decided_at=facts.now)
    event = Event(
        kind=EventKind.REQUEST_DECIDED,
        actor=BY_RULE,
        facts={
            "decision": DecisionType.APPROVE.value,
            "by": [],
            "rule": request.proposal.ruling.rule,
            "revision": request.revision,
            "digest": request.proposal.digest,
            "policy_version": request.proposal.policy_version,
        },
    )
    closed = escalation.close(request, Status.APPROVED, decision=decision, ended_at=facts.now)
    return Transition(request=closed, events=(event,))
