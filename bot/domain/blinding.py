"""What may be shown of a request while its quality check is open: as if nothing had been decided yet.

Whoever judges it must not know what the rule said, so that the two can be compared. A request is blind to
everybody in chats and in the browser until the verdict, because a card stands where many people read it.
"""

from __future__ import annotations

from bot.domain.evolve import evolved
from bot.domain.request import ApprovalRequest, Progress, Ruling
from bot.domain.status import Mode, Status

_UNTOLD = Ruling(mode=Mode.GATE, rule="", why="")


def blind(request: ApprovalRequest) -> ApprovalRequest:
    """The request without its ruling, its decision and what came of it, while they must not be known.

    Lists and cards are drawn from this; moves are folded into the request itself. It stays `is_blind`.
    """
    if not request.is_blind:
        return request
    progress = request.progress
    untold = Progress(
        widened=progress.widened,
        reached=progress.reached,
        undeliverable=progress.undeliverable,
        sample=progress.sample,
    )
    proposal = evolved(request.proposal, ruling=_UNTOLD, passed_over=())
    return evolved(request, status=Status.PENDING, proposal=proposal, progress=untold)
