"""A person's own view of the whole packet, which carries every approval of high impact."""

from __future__ import annotations

from bot.domain.attention import ViewOpened
from bot.domain.authority import Refused, identify
from bot.domain.directory import Person
from bot.domain.events import Event, EventKind
from bot.domain.holding import renewed
from bot.domain.moves import Facts, OpenView, Press, Surface
from bot.domain.request import ApprovalRequest
from bot.domain.transition import NOTHING, Transition, progressed


def open_view(request: ApprovalRequest, move: OpenView, facts: Facts) -> Transition:
    """Record that a person opened their own view; anybody known may look, only reviewers may then approve."""
    person = identify(facts.directory, move.presser)
    if isinstance(person, Refused) or request.status.is_final or move.revision != request.revision:
        return Transition(request=request, answer=NOTHING)
    if _opened(request, person.id, move.revision):
        return Transition(request=request, answer=NOTHING)
    opened = ViewOpened(person=person.id, revision=move.revision, at=facts.now)
    event = Event(
        kind=EventKind.VIEW_OPENED,
        actor=f"person:{person.id}",
        facts={"revision": move.revision, "digest": request.proposal.digest},
    )
    looked = progressed(request, opened=(*request.progress.opened, opened))
    return renewed(Transition(request=looked, events=(event,)), facts, person.id)


def has_seen(request: ApprovalRequest, move: Press, person: Person) -> bool:
    """Whether the press comes from the person's own view of this revision."""
    return move.surface is Surface.VIEW and _opened(request, person.id, move.revision)


def _opened(request: ApprovalRequest, person: str, revision: int | None) -> bool:
    return any(o.person == person and o.revision == revision for o in request.progress.opened)
