"""In which order waiting requests are shown: by risk, and among equals the one that waits longest first."""

from __future__ import annotations

from enum import IntEnum

from bot.domain.request import ApprovalRequest, Proposal


class Risk(IntEnum):
    """What a wrong approval could cost; the smaller, the more."""

    #: the approver has to have seen the whole packet
    HIGH = 0
    #: it cannot be undone
    RAISED = 1
    LOW = 2


#: as lists say it
RISKS = {Risk.HIGH: "high impact", Risk.RAISED: "cannot be undone", Risk.LOW: "can be undone"}


def risk(proposal: Proposal) -> Risk:
    """The risk of a proposal, from what the policy makes of it."""
    if proposal.high_impact:
        return Risk.HIGH
    return Risk.RAISED if proposal.irreversible else Risk.LOW


def precedence(proposal: Proposal) -> int:
    """Where a proposal belongs among those that wait, as a small number: what is urgent comes before all."""
    return risk(proposal) + (0 if proposal.urgent else len(Risk))


def place(request: ApprovalRequest) -> tuple[int, str]:
    """What lists are ordered by; the ids of requests grow with the time at which they came."""
    return precedence(request.proposal), request.id
