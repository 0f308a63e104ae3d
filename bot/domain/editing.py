"""Edits: approving with changed arguments makes a new revision that everything is asked of again."""

from __future__ import annotations

from bot.domain import casting, escalation
from bot.domain.authority import Refused, may_approve
from bot.domain.directory import Person
from bot.domain.events import Event, EventKind
from bot.domain.evolve import evolved
from bot.domain.moves import Edited, Facts, Press
from bot.domain.refusing import refused, told
from bot.domain.request import ApprovalRequest, ViewOpened
from bot.domain.seeing import has_seen
from bot.domain.status import DecisionType, Mode
from bot.domain.transition import Answer, Transition

_PASSED_ON = Answer(
    accepted=True,
    code="passed_on",
    sentence="Your change is recorded; somebody with the authority for it has to approve it.",
)


def edit(request: ApprovalRequest, move: Press, facts: Facts, person: Person) -> Transition:
    """A new revision: all votes are void, and its editor's approval counts if they have the authority."""
    edited = move.edited
    if edited is None or edited.proposal.digest == request.proposal.digest:
        refusal = Refused(code="unchanged", sentence="Nothing was changed; approve instead.")
        return refused(request, move, refusal, person)
    if edited.proposal.ruling.mode is Mode.REFUSE:
        why = edited.proposal.ruling.why
        refusal = Refused(code="refused", sentence=f"The policy refuses these arguments: {why}")
        return refused(request, move, refusal, person)
    changed = _revised(request, move, edited, facts, person)
    if _counts(changed.request, facts, person):
        return changed.then(casting.vote(changed.request, move, facts, person, DecisionType.EDIT))
    return evolved(changed, effects=told(move, _PASSED_ON), answer=_PASSED_ON)


def _revised(
    request: ApprovalRequest, move: Press, edited: Edited, facts: Facts, person: Person
) -> Transition:
    gated = escalation.lifted(request, facts, actor=f"person:{person.id}", why="the arguments were changed")
    revision = request.revision + 1
    # The form in which a change is made shows its editor what will run, and nobody else.
    opened = (ViewOpened(person=person.id, revision=revision, at=facts.now),)
    progress = evolved(
        gated.request.progress,
        votes=(),
        opened=opened if has_seen(request, move, person) else (),
        # Somebody looks into it by now, so silence approves no longer, whatever the new ruling says.
        veto_lifted=True,
    )
    revised = evolved(gated.request, revision=revision, proposal=edited.proposal, progress=progress)
    event = Event(
        kind=EventKind.REQUEST_EDITED,
        actor=f"person:{person.id}",
        facts={
            "revision": revision,
            "digest": edited.proposal.digest,
            "previous_digest": request.proposal.digest,
        },
    )
    return gated.then(Transition(request=revised, events=(event,), packet=edited.packet))


def _counts(request: ApprovalRequest, facts: Facts, person: Person) -> bool:
    if request.proposal.high_impact and not request.progress.opened:
        return False
    return not isinstance(may_approve(facts.directory, request, request.proposal, person), Refused)
