"""What a vote came to, in one private sentence: the card may be out of sight, or not drawn again yet."""

from __future__ import annotations

from bot.domain import votes
from bot.domain.authority import could_approve
from bot.domain.directory import Directory
from bot.domain.request import ApprovalRequest
from bot.domain.sentences import either
from bot.domain.status import DecisionType, Status

#: whoever waits for more people than these wants to know how many, not who
_MOST_NAMED = 3


def came_to(request: ApprovalRequest, directory: Directory, decision: DecisionType) -> str:
    """Of the request after the vote: what it is now, or how many votes it has and whose it waits for."""
    if request.status is Status.APPROVED:
        changed = " with your changes" if decision is DecisionType.EDIT else ""
        return f"Approved{changed}. {request.agent} may run it now."
    if request.status is Status.REJECTED:
        return f"Rejected. {request.agent} is told why."
    if decision is DecisionType.REJECT:
        return f"Your rejection is recorded: {_rejections(request, directory)}."
    yours = "Your change is recorded" if decision is DecisionType.EDIT else "Your approval is recorded"
    return f"{yours}: {_approvals(request, directory)}."


def _rejections(request: ApprovalRequest, directory: Directory) -> str:
    counted, needed = len(votes.rejections(directory, request)), request.terms.quorum.reject
    return f"{counted} of {needed} rejections; others still have to decide"


def _approvals(request: ApprovalRequest, directory: Directory) -> str:
    counted = votes.towards_quorum(directory, request, votes.approvals(directory, request))
    needed = max(request.terms.quorum.approve, 1)
    told = f"{counted} of {needed} approvals"
    if request.terms.quorum.distinct_groups:
        told += ", each from another group"
    return f"{told}; {_waits_for(request, directory, needed - counted)}"


def _waits_for(request: ApprovalRequest, directory: Directory, missing: int) -> str:
    voted = {vote.person for vote in request.progress.votes}
    others = [person.name for person in could_approve(directory, request) if person.id not in voted]
    if not others:
        return "nobody else may approve it now"
    if len(others) <= _MOST_NAMED and missing == 1:
        return f"it waits for {either(others)}"
    return f"it waits for {missing} more of {len(others)} who may approve it"
