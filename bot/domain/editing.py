"""Edits: approving with changed arguments makes a new revision that everything is asked of again.

All votes are void. The policy has ruled on the new arguments; where these belong to another escalation
policy, the request goes there, and where nobody of those who are asked may approve them, to the next step.
"""

from __future__ import annotations

from bot.domain import casting, escalation
from bot.domain.attention import ViewOpened
from bot.domain.authority import Refused, anybody_could_approve, could_approve, may_approve
from bot.domain.confirming import stricter
from bot.domain.covering import instead_of
from bot.domain.directory import Person
from bot.domain.events import Event, EventKind, Fact
from bot.domain.evolve import evolved
from bot.domain.moves import Edited, Facts, Press
from bot.domain.refusing import refused, told
from bot.domain.request import ApprovalRequest, Progress
from bot.domain.seeing import has_seen
from bot.domain.status import DecisionType, Mode
from bot.domain.transition import Answer, Transition

_PASSED_ON = Answer(
    accepted=True,
    code="passed_on",
    sentence="Your change is recorded; somebody with the authority for it has to approve it.",
)
_UNCHANGED = Refused(code="unchanged", sentence="Nothing was changed; approve instead.")
_NOBODY = Refused(
    code="nobody_may",
    sentence="Nobody who would be asked may approve these arguments; change them, or reject with a reason.",
)
_NOBODY_HERE = "nobody there may approve the changed arguments"


def edit(request: ApprovalRequest, move: Press, facts: Facts, person: Person) -> Transition:
    """A new revision: all votes are void, and its editor's approval counts if they have the authority."""
    edited = move.edited
    if edited is None or edited.proposal.digest == request.proposal.digest:
        return refused(request, move, _UNCHANGED, person)
    if edited.proposal.ruling.mode is Mode.REFUSE:
        why = edited.proposal.ruling.why
        refusal = Refused(code="refused", sentence=f"The policy refuses these arguments: {why}")
        return refused(request, move, refusal, person)
    changed = _asked_of(_revised(request, move, edited, facts, person), edited, facts)
    if changed.request.status.is_final:
        return refused(request, move, _NOBODY, person)
    if _counts(changed.request, facts, person):
        return changed.then(casting.vote(changed.request, move, facts, person, DecisionType.EDIT))
    return evolved(changed, effects=(*changed.effects, *told(move, _PASSED_ON)), answer=_PASSED_ON)


def _revised(
    request: ApprovalRequest, move: Press, edited: Edited, facts: Facts, person: Person
) -> Transition:
    gated = escalation.lifted(request, facts, actor=f"person:{person.id}", why="the arguments were changed")
    revision = request.revision + 1
    # The form in which a change is made shows its editor what will run, and nobody else.
    opened = (ViewOpened(person=person.id, revision=revision, at=facts.now),)
    before = gated.request.progress
    progress = evolved(
        before,
        votes=(),
        opened=opened if has_seen(request, move, person) else (),
        # Somebody looks into it by now, so silence approves no longer, whatever the new ruling says.
        veto_lifted=True,
        edited_by=(*before.edited_by, person.id),
    )
    revised = evolved(gated.request, revision=revision, proposal=edited.proposal, progress=progress)
    event = _edited(request, revised, facts, person)
    return gated.then(Transition(request=revised, events=(event,), packet=edited.packet))


def _edited(request: ApprovalRequest, revised: ApprovalRequest, facts: Facts, person: Person) -> Event:
    asked = [each.id for each in could_approve(facts.directory, revised) if each.id != person.id]
    said: dict[str, Fact] = {
        "revision": revised.revision,
        "digest": revised.proposal.digest,
        "previous_digest": request.proposal.digest,
        "to": list(revised.progress.reaching),
        "people": list(instead_of(facts.directory, asked)),
    }
    return Event(kind=EventKind.REQUEST_EDITED, actor=f"person:{person.id}", facts=said)


def _asked_of(revised: Transition, edited: Edited, facts: Facts) -> Transition:
    """Ask those to whom the new arguments belong."""
    request, terms = revised.request, edited.terms
    if terms is not None and terms.escalation_policy != request.terms.escalation_policy:
        terms = evolved(terms, confirm=stricter(request.terms.confirm, terms.confirm))
        elsewhere = evolved(request, terms=terms, progress=_from_the_start(request.progress))
        return revised.then(escalation.start(elsewhere, facts))
    if anybody_could_approve(facts.directory, request):
        return revised
    return revised.then(escalation.advance(request, facts, why=_NOBODY_HERE))


def _from_the_start(progress: Progress) -> Progress:
    """Before the first step, as far as who is asked goes."""
    return evolved(
        progress,
        step=0,
        round=0,
        step_ends_at=None,
        remind_at=None,
        reaching=(),
        skipped=(),
        widened=(),
        claim=None,
        redirected=None,
    )


def _counts(request: ApprovalRequest, facts: Facts, person: Person) -> bool:
    if request.proposal.high_impact and not request.progress.opened:
        return False
    return not isinstance(may_approve(facts.directory, request, request.proposal, person), Refused)
