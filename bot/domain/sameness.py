"""Which requests ask for the same: the same agent, the same action and arguments, the same subject.

Mostly an agent that asks again without an idempotency key. Each still gets a decision of its own: to approve
two of them is to let the action run twice.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from bot.domain.request import ApprovalRequest


def sameness(request: ApprovalRequest) -> str:
    """Equal for requests that ask for the same; as long as a digest."""
    parts = (request.agent, request.proposal.digest, request.proposal.subject or "")
    return hashlib.sha256(repr(parts).encode(errors="replace")).hexdigest()


def alike(request: ApprovalRequest, others: Iterable[ApprovalRequest]) -> list[ApprovalRequest]:
    """The others that ask for the same."""
    same = sameness(request)
    return [other for other in others if other.id != request.id and sameness(other) == same]
