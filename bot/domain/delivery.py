"""What the worker learned outside: a card stands, a channel is dead, a callback was taken."""

from __future__ import annotations


from bot.domain import escalation

from bot.domain.events import BY_CLOCK, Event, EventKind
from bot.domain.hours import after
from bot.domain.moves import CallbackSettled, CardPosted, CardUndeliverable, Facts
from bot.domain.request import ApprovalRequest
from bot.domain.transition import Transition, progressed


def card_posted(request: ApprovalRequest, move: CardPosted, facts: Facts) -> Transition:
    """A copy stands; in `veto` mode the first one that somebody eligible can see starts the window."""
    posted = Event(
        kind=EventKind.CARD_POSTED,
        actor=BY_CLOCK,
        facts={"destination": move.destination, "shown": move.shown_digest, "revision": request.revision},
    )
    delivered = Transition(request=request, events=(posted,))
    if request.status.is_final or not request.veto_open or request.progress.veto_ends_at is not None:
        return delivered
    if not facts.directory.members(request.voters):
        return delivered
    return delivered.then(_start_veto(request, facts))


def _start_veto(request: ApprovalRequest, facts: Facts) -> Transition:
    window = request.proposal.ruling.window
    if window is None:
        return Transition(request=escalation.lift_veto(request, facts.now))
    ends_at = after(facts.now, window, request.terms.hours)
    event = Event(kind=EventKind.VETO_STARTED, actor=BY_CLOCK, facts={"ends_at": ends_at.isoformat()})
    running = progressed(request, veto_ends_at=ends_at, step_ends_at=None, remind_at=None)
    return Transition(request=running, events=(event,))


def card_undeliverable(request: ApprovalRequest, move: CardUndeliverable, facts: Facts) -> Transition:
    """A destination is dead; when it was the last of its step, the next step is asked at once."""
    left = tuple(d for d in request.progress.reaching if d != move.destination)
    event = Event(
        kind=EventKind.CARD_UNDELIVERABLE,
        actor=BY_CLOCK,
        facts={"destination": move.destination},
        private={"why": move.why},
    )
    noted = Transition(request=progressed(request, reaching=left), events=(event,))
    was_waited_for = move.destination in request.progress.reaching
    if request.status.is_final or left or not was_waited_for:
        return noted
    moved = escalation.advance(noted.request, facts, why="undeliverable")
    return noted.then(moved)


def callback_settled(request: ApprovalRequest, move: CallbackSettled, facts: Facts) -> Transition:
    """The latest callback's fate, for the card and the API."""
    kind = EventKind.CALLBACK_TAKEN if move.delivered else EventKind.CALLBACK_GIVEN_UP
    event = Event(
        kind=kind, actor=BY_CLOCK, facts={"type": move.type}, private={"why": move.why} if move.why else {}
    )
    state = "delivered" if move.delivered else "failed"
    return Transition(request=progressed(request, callback=state), events=(event,))
