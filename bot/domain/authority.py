"""Who may do what to a request, decided by platform id at the moment of the press.

The stricter of what was copied onto the request and what is true now wins, and what cannot be
established means no.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from bot.domain.acting_for import acts_for
from bot.domain.choice import Choice
from bot.domain.directory import Directory, Person
from bot.domain.matching import matches
from bot.domain.moves import Presser
from bot.domain.request import ApprovalRequest, Proposal


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """Not this person, and why; the sentence is for them alone."""

    code: str
    sentence: str


#: the code of a refusal that may be none in a moment: who is in a group could not be looked up
UNREADABLE = "unreadable"

Ruled: TypeAlias = Person | Refused


def may(directory: Directory, request: ApprovalRequest, presser: Presser, choice: Choice) -> Ruled:
    """The person behind a press if they may make this choice, else the refusal they are told."""
    person = identify(directory, presser)
    return person if isinstance(person, Refused) else allowed(directory, request, person, choice)


def allowed(directory: Directory, request: ApprovalRequest, person: Person, choice: Choice) -> Ruled:
    """As `may`, for a person who is known."""
    if choice in (Choice.APPROVE, Choice.EDIT):
        return may_approve(directory, request, request.proposal, person)
    return person if is_reviewer(directory, request, person) else _not_a_reviewer(directory, request, person)


def is_reviewer(directory: Directory, request: ApprovalRequest, person: Person) -> bool:
    """Whether the person is sure to be among those whose votes count."""
    return person.id in directory.sure_members(request.voters)


def identify(directory: Directory, presser: Presser) -> Ruled:
    """The person an account belongs to; bots, guests, strangers and unlinked accounts are nobody."""
    if presser.is_bot:
        return Refused(code="bot", sentence="Bots do not decide; a person has to press.")
    if presser.is_deactivated:
        return Refused(code="deactivated", sentence="This account is deactivated, so it decides nothing.")
    person = directory.person_with(presser.identity)
    if person is not None:
        return person
    if presser.is_outside:
        return Refused(
            code="outside", sentence="You belong to another organisation, so you cannot decide here."
        )
    if presser.is_guest:
        return Refused(code="guest", sentence="Guests cannot decide here.")
    return Refused(
        code="unlinked",
        sentence="This account is not linked to a reviewer, so nothing was recorded. "
        "Ask the owner of the policy to add you under people.",
    )


def eligible(directory: Directory, request: ApprovalRequest) -> tuple[str, ...]:
    """The ids of everybody who is asked to decide, limits aside; of live groups the last who were known."""
    return directory.members(request.voters)


def could_approve(directory: Directory, request: ApprovalRequest) -> tuple[Person, ...]:
    """Everybody who could approve right now, limits and self-approval considered."""
    return tuple(_approvers(directory, request))


def anybody_could_approve(directory: Directory, request: ApprovalRequest) -> bool:
    """Whether `could_approve` names anybody."""
    return next(_approvers(directory, request), None) is not None


def is_self_approval(directory: Directory, request: ApprovalRequest, person: Person) -> bool:
    """Whether the person answers for the agent, or the agent acts for them."""
    agent = directory.agents.get(request.agent)
    if agent is not None and agent.owner == person.id:
        return True
    return acts_for(request.proposal.on_behalf_of, person)


def may_approve(directory: Directory, request: ApprovalRequest, proposal: Proposal, person: Person) -> Ruled:
    """Whether a person's approval of this proposal counts, be it an edit's; denials are told first."""
    refusal = _denied(proposal, person)
    if refusal is None and not is_reviewer(directory, request, person):
        refusal = _not_a_reviewer(directory, request, person)
    return refusal or bars(directory, request, proposal, person) or person


def _approvers(directory: Directory, request: ApprovalRequest) -> Iterator[Person]:
    for name in eligible(directory, request):
        person = directory.people[name]
        if bars(directory, request, request.proposal, person) is None:
            yield person


def bars(
    directory: Directory, request: ApprovalRequest, proposal: Proposal, person: Person
) -> Refused | None:
    """What keeps a person from approving, whichever groups they are in."""
    return _denied(proposal, person) or _self_approval(directory, request, person) or _limit(proposal, person)


def _denied(proposal: Proposal, person: Person) -> Refused | None:
    if not any(matches(pattern, proposal.action) for pattern in person.denied):
        return None
    return Refused(code="denied", sentence=f"The policy does not let you approve {proposal.action}.")


def _self_approval(directory: Directory, request: ApprovalRequest, person: Person) -> Refused | None:
    if request.agent not in directory.agents:
        return Refused(
            code="unknown_agent", sentence=f"The policy no longer knows the agent {request.agent}."
        )
    if not is_self_approval(directory, request, person):
        return None
    return Refused(
        code="self_approval",
        sentence="You answer for this agent or it acts for you, so somebody else has to approve this.",
    )


def _limit(proposal: Proposal, person: Person) -> Refused | None:
    for limit in person.limits:
        if not matches(limit.match, proposal.action):
            continue
        if proposal.amount is None or proposal.currency != limit.up_to.currency:
            asked = f"in {proposal.currency}" if proposal.amount is not None else "without a known amount"
            sentence = (
                f"Your limit for {limit.match} is {limit.up_to}; this one is {asked}, "
                "so somebody else has to approve it."
            )
            return Refused(code="limit", sentence=sentence)
        if abs(proposal.amount) > limit.up_to.amount:
            sentence = (
                f"{proposal.amount} {proposal.currency} is above your limit of {limit.up_to}; "
                "somebody else has to approve it."
            )
            return Refused(code="limit", sentence=sentence)
    return None


def _not_a_reviewer(directory: Directory, request: ApprovalRequest, person: Person) -> Refused:
    if person.id in eligible(directory, request):
        sentence = "Nobody knows right now whether you still are in the group that is asked, so nothing was"
        return Refused(code=UNREADABLE, sentence=f"{sentence} recorded; try again in a moment.")
    return Refused(code="not_a_reviewer", sentence=_who_could(directory, request))


def _who_could(directory: Directory, request: ApprovalRequest) -> str:
    names = [person.name for person in could_approve(directory, request)]
    refusal = "You are not among the reviewers of this request, so nothing was recorded."
    faults = "".join(
        f" Nobody counts as being in {name}: {directory.faults[name]}"
        for name in request.voters
        if name in directory.faults
    )
    return f"{refusal}{faults} {listed(names)} can decide." if names else f"{refusal}{faults}"


def listed(names: list[str], most: int = 4) -> str:
    """`Ann`, `Ann or Ben`, `Ann, Ben or 3 more`; there must be a name."""
    if len(names) > most:
        names = [*names[:most], f"{len(names) - most} more"]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"
