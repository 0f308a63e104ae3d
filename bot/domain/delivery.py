"""What the worker learned outside: a card stands, a channel is dead, a callback was taken."""

from __future__ import annotations

from typing import Any

from bot.domain import escalation, veto
from bot.domain.consequences import FINAL_CALLBACK
from bot.domain.destinations import is_person, platform
from bot.domain.directory import Directory
from bot.domain.effects import CallbackType
from bot.domain.events import BY_CLOCK, Event, EventKind
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
    dead = tuple(d for d in request.progress.undeliverable if d != move.destination)
    delivered = Transition(request=progressed(request, undeliverable=dead), events=(posted,))
    return delivered.then(veto.delivered(delivered.request, move.destination, facts))


def card_undeliverable(request: ApprovalRequest, move: CardUndeliverable, facts: Facts) -> Transition:
    """A destination is dead; when it was the last of its step, the next step is asked at once.

    Somebody with another account on that platform is asked there first.
    """
    progress = request.progress
    is_waited_for = move.destination in progress.reaching and not request.status.is_final
    dead = tuple(dict.fromkeys((*progress.undeliverable, move.destination)))
    instead = _elsewhere(request, move.destination, dead, facts.directory) if is_waited_for else ()
    left = tuple(d for d in (*progress.reaching, *instead) if d != move.destination)
    event = Event(
        kind=EventKind.CARD_UNDELIVERABLE,
        actor=BY_CLOCK,
        facts={"destination": move.destination} | (_posted(request, instead) if instead else {}),
        private={"why": move.why},
    )
    reached = tuple(dict.fromkeys((*progress.reached, *instead)))
    noted = Transition(
        request=progressed(request, reaching=left, reached=reached, undeliverable=dead), events=(event,)
    )
    if not is_waited_for:
        return noted
    if left:
        return noted.then(veto.lost(request, noted.request, facts))
    return noted.then(escalation.advance(noted.request, facts, why=escalation.UNDELIVERABLE))


def _elsewhere(
    request: ApprovalRequest, lost: str, dead: tuple[str, ...], directory: Directory
) -> tuple[str, ...]:
    """Another place on the same platform for the person whose direct messages are lost."""
    progress = request.progress
    whose = next((p for p in directory.people if is_person(lost) and lost in directory.destinations(p)), None)
    places = directory.asked_at(whose, progress.reached, dead) if whose is not None else ()
    return tuple(d for d in places if platform(d) == platform(lost) and d not in progress.reaching)


def _posted(request: ApprovalRequest, instead: tuple[str, ...]) -> dict[str, Any]:
    progress = request.progress
    posted = [d for d in instead if d not in progress.reached]
    return {"instead": list(instead), "posted": posted, "step": progress.step, "round": progress.round}


def callback_settled(request: ApprovalRequest, move: CallbackSettled, facts: Facts) -> Transition:
    """A callback's fate; that of the latest one is for the card and the API."""
    kind = EventKind.CALLBACK_TAKEN if move.delivered else EventKind.CALLBACK_GIVEN_UP
    event = Event(
        kind=kind, actor=BY_CLOCK, facts={"type": move.type}, private={"why": move.why} if move.why else {}
    )
    if move.type not in _latest_callbacks(request):
        return Transition(request=request, events=(event,))
    state = "delivered" if move.delivered else "failed"
    return Transition(request=progressed(request, callback=state), events=(event,))


def _latest_callbacks(request: ApprovalRequest) -> tuple[CallbackType, ...]:
    """The types that the latest callback can be of."""
    if request.progress.reverted_at is not None:
        return (CallbackType.REVERTED,)
    if request.status.is_final:
        return (FINAL_CALLBACK[request.status],)
    return (CallbackType.ESCALATED, CallbackType.QUESTION)
