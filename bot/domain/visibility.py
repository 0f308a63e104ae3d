"""Who may see a request: those who may decide it or cover for somebody who may, were asked
about it, or lead its action; once it is decided, also who owns the action or the rule that ruled on it.
"""

from __future__ import annotations

from bot.domain.authority import eligible
from bot.domain.directory import Directory
from bot.domain.request import ApprovalRequest


def may_see(directory: Directory, request: ApprovalRequest, person: str) -> bool:
    """Whether a person may see a request, in lists, live updates and exports alike."""
    if person not in directory.people:
        return False
    return (
        not {person, *directory.steering.covered_by(person)}.isdisjoint(eligible(directory, request))
        or directory.leads_action(person, request.proposal.action)
        or (request.status.is_final and person in _owners(request))
        or any(destination in request.progress.reached for destination in directory.destinations(person))
    )


def _owners(request: ApprovalRequest) -> tuple[str | None, ...]:
    """Those who answer for the action and for the rule, and rate what came of them."""
    return request.terms.action_owner, request.proposal.ruling.owner
