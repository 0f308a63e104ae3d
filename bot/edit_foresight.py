"""What pressing an edit would come to as things stand: the press folded, and nothing of it kept."""

from __future__ import annotations

from bot.domain import authority, ids, lifecycle
from bot.domain.attention import ViewOpened
from bot.domain.checking import CHECKING
from bot.domain.choice import Choice
from bot.domain.confirming import word_of
from bot.domain.directory import Directory, Person
from bot.domain.evolve import evolved
from bot.domain.moves import Edited, Facts, Press, Presser, Surface
from bot.domain.request import ApprovalRequest
from bot.domain.transition import Transition
from bot.domain.votes import approvals
from bot.edit_views import APPROVE, SEND_ON


def foreseen(
    request: ApprovalRequest, presser: Presser, person: Person, edited: Edited, facts: Facts
) -> Transition:
    """The transition that the press would be."""
    look = ViewOpened(person=person.id, revision=request.revision, at=facts.now)
    seen = evolved(request, progress=evolved(request.progress, opened=(*request.progress.opened, look)))
    press = Press(
        request_id=request.id,
        command_id=ids.new_id(ids.COMMAND),
        presser=presser,
        choice=Choice.EDIT,
        revision=request.revision,
        surface=Surface.VIEW,
        edited=edited,
        # Whether it can be typed is for the press itself to show.
        confirmed=word_of(edited.proposal),
    )
    return lifecycle.fold(seen, press, facts)


def consequence(before: ApprovalRequest, after: Transition, person: Person, directory: Directory) -> str:
    """What the press comes to, in a sentence or two."""
    request = after.request
    if after.answer.code == CHECKING:
        return "Pressing is recorded, and counts once it is known whether you are in the group that is asked."
    elsewhere = request.terms.escalation_policy != before.terms.escalation_policy
    where = f" They are for others to decide now: {request.terms.escalation_policy}." if elsewhere else ""
    if request.status.is_final:
        return f"Pressing approves it with these changes, and nothing else can run.{where}"
    if request.progress.votes:
        count = len(approvals(directory, request))
        return (
            f"Pressing counts as your approval, {count} of {request.terms.quorum.approve}; "
            f"earlier votes are void.{where}"
        )
    may = authority.may_approve(directory, request, request.proposal, person)
    why = f" {may.sentence}" if isinstance(may, authority.Refused) else ""
    return (
        f"Pressing does not approve it yet: somebody with the authority for these changes has to.{why}{where}"
    )


def label(after: Transition) -> str:
    """What the button says."""
    counts = after.request.status.is_final or after.request.progress.votes or after.answer.code == CHECKING
    return APPROVE if counts else SEND_ON
