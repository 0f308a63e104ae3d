"""Pending requests follow what was set by mention: a cover is asked, and cards tell of a pause."""

from __future__ import annotations

from bot.domain import escalation, pausing
from bot.domain.events import Event, EventKind
from bot.domain.moves import Cover, Facts, MarkPause
from bot.domain.request import ApprovalRequest
from bot.domain.transition import NOTHING, Transition, progressed


def cover(request: ApprovalRequest, move: Cover, facts: Facts) -> Transition:
    """Ask whoever stands in for a person whom the current step reached directly."""
    progress, directory = request.progress, facts.directory
    own = directory.destinations(move.person)
    stand_in = directory.steering.stand_in(move.person)
    if request.status.is_final or stand_in == move.person or set(own).isdisjoint(progress.reaching):
        return Transition(request=request, answer=NOTHING)
    theirs = directory.asked_at(stand_in, near=progress.reached, dead=progress.undeliverable)
    left = [d for d in progress.reaching if d not in own]
    event = Event(
        kind=EventKind.REQUEST_COVERED,
        actor=f"person:{move.person}",
        facts={
            "covers": {move.person: stand_in},
            "step": progress.step,
            "round": progress.round,
            "posted": [d for d in theirs if d not in progress.reached],
            "pinged": [d for d in theirs if d in progress.reached],
            "people": [stand_in],
        },
    )
    asked = progressed(
        request,
        reaching=tuple(dict.fromkeys((*left, *theirs))),
        reached=tuple(dict.fromkeys((*progress.reached, *theirs))),
    )
    return Transition(request=asked, events=(event,))


def mark_pause(request: ApprovalRequest, move: MarkPause, facts: Facts) -> Transition:
    """Put on record, and on the cards, that approving was paused, or is possible again."""
    if request.status.is_final:
        return Transition(request=request, answer=NOTHING)
    kind = EventKind.REQUEST_PAUSED if move.begins else EventKind.REQUEST_RESUMED
    event = Event(kind=kind, actor=f"person:{move.person}", facts={"match": move.match})
    marked = Transition(request=request, events=(event,))
    if not move.begins:
        return marked
    # Nobody objects to what is said to stand still, so silence approves it no longer.
    return marked.then(escalation.lifted(request, facts, actor=f"person:{move.person}", why=pausing.PAUSED))
