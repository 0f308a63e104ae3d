"""What a press came to, said to whoever pressed: their card may be beyond the edge of a phone by then."""

from __future__ import annotations

from bot.domain.moves import Choice
from bot.domain.status import Status
from bot.domain.transition import DONE
from bot.ports import Moved


def told_after(choice: str, moved: Moved) -> str:
    """The lifecycle's own sentence; where that only says `Recorded.`, what became of the request."""
    if moved.answer != DONE or moved.request is None:
        return moved.answer.sentence
    status, agent = moved.request.status, moved.request.agent
    if choice == Choice.APPROVE:
        return (
            f"Approved. {agent} may run it now."
            if status is Status.APPROVED
            else "Your approval is recorded; others still have to approve."
        )
    if choice == Choice.REJECT:
        return (
            f"Rejected. {agent} is told why."
            if status is Status.REJECTED
            else "Your rejection is recorded; others still have to decide."
        )
    if choice == Choice.ESCALATE:
        return "Escalated. Others are asked now."
    return moved.answer.sentence
