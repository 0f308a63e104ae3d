"""Which of the requests that a rule lets run people look at afterwards.

The draw comes from the request's id, which its agent does not choose, and from the rule's name: whoever knows
both can repeat it, and nobody can steer it. Where the agent was about as sure as its rule asks for, a look
teaches most, so the chance is doubled there; it is kept with the ruling, so that measures can weigh it.
"""

from __future__ import annotations

import hashlib

from bot.domain.evolve import evolved
from bot.domain.request import ApprovalRequest

#: as near as this to what its rule compares it with, a confidence is a close call (0.9 to 0.8 too)
NEAR = 0.1 + 1e-9
_WEIGHT = 2
_BYTES = 6
#: past the greatest number of so many bytes; a double holds each of them exactly
_END = 1 << (8 * _BYTES)


def chance(share: float, confidence: float | None, thresholds: tuple[float, ...]) -> float:
    """The chance of a request, 0 to 1, of which a rule samples this share."""
    if share and confidence is not None and any(abs(confidence - each) <= NEAR for each in thresholds):
        return min(1.0, share * _WEIGHT)
    return share


def draw(request_id: str, rule: str) -> float:
    """A number from 0 up to but not including 1, the same whenever it is asked for."""
    digest = hashlib.sha256(f"{request_id}\n{rule}".encode()).digest()
    return int.from_bytes(digest[:_BYTES], "big") / _END


def sampled(request: ApprovalRequest) -> ApprovalRequest:
    """The request with its ruling marked where it was drawn."""
    ruling = request.proposal.ruling
    if not ruling.sample or draw(request.id, ruling.rule) >= ruling.sample:
        return request
    return evolved(request, proposal=evolved(request.proposal, ruling=evolved(ruling, sampled=True)))
