"""Counting votes: one per person, only of people who may still decide."""

from __future__ import annotations

from bot.domain.authority import Refused, may_approve
from bot.domain.directory import Directory
from bot.domain.request import ApprovalRequest, Vote
from bot.domain.status import DecisionType


def approvals(directory: Directory, request: ApprovalRequest) -> tuple[Vote, ...]:
    """The approving votes that count now; the stricter of then and now wins."""
    return tuple(
        vote
        for vote in request.progress.votes
        if vote.decision is not DecisionType.REJECT
        and vote.person in directory.people
        and not isinstance(
            may_approve(directory, request, request.proposal, directory.people[vote.person]), Refused
        )
    )


def rejections(directory: Directory, request: ApprovalRequest) -> tuple[Vote, ...]:
    """The rejecting votes that count now."""
    asked = directory.sure_members(request.voters)
    return tuple(v for v in request.progress.votes if v.decision is DecisionType.REJECT and v.person in asked)


def is_approved(directory: Directory, request: ApprovalRequest) -> bool:
    """Whether the approvals meet the quorum; none never do."""
    return meets_quorum(directory, request, approvals(directory, request))


def meets_quorum(directory: Directory, request: ApprovalRequest, counted: tuple[Vote, ...]) -> bool:
    """As `is_approved`, for approvals that were counted already."""
    needed = max(request.terms.quorum.approve, 1)
    return len(counted) >= needed and towards_quorum(directory, request, counted) >= needed


def towards_quorum(directory: Directory, request: ApprovalRequest, counted: tuple[Vote, ...]) -> int:
    """How far approvals bring the quorum; where it wants groups of their own, two of one group are one."""
    if not request.terms.quorum.distinct_groups:
        return len(counted)
    return _distinct_groups(directory, request.voters, counted)


def is_rejected(directory: Directory, request: ApprovalRequest) -> bool:
    """Whether the rejections meet the quorum; in a veto window one is enough."""
    needed = 1 if request.veto_open else max(request.terms.quorum.reject, 1)
    return len(rejections(directory, request)) >= needed


def _distinct_groups(directory: Directory, groups: tuple[str, ...], votes: tuple[Vote, ...]) -> int:
    """How many votes can each be given to a group of its own (a largest bipartite matching)."""
    holder: dict[str, str] = {}

    def place(person: str, tried: set[str]) -> bool:
        for group in groups:
            if group in tried or person not in directory.sure_members((group,)):
                continue
            tried.add(group)
            if group not in holder or place(holder[group], tried):
                holder[group] = person
                return True
        return False

    return sum(place(vote.person, set()) for vote in votes)
