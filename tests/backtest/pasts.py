"""Stored requests as a backtest reads them."""

from typing import Any

from bot.backtest.past import Past, Verdict
from bot.domain.ids import REQUEST, new_id
from bot.domain.packet import Context, ProposedAction, ReviewPacket, Signals, Subject
from bot.domain.status import Mode
from tests.builders import AGENT, NOW


def a_credit(
    amount: str = "20.00", *, subject: str = "c-1", confidence: float | None = 0.9, currency: str = "EUR"
) -> ReviewPacket:
    """What an agent asks who would give somebody a credit."""
    action = ProposedAction(
        name="credit.issue", arguments={"amount": amount, "currency": currency}, summary="Give a credit"
    )
    return ReviewPacket(
        action=action,
        reasoning="It was late.",
        context=Context(subject=Subject(id=subject)),
        signals=Signals(confidence=confidence),
    )


def a_past(**changes: Any) -> Past:
    """A credit that was gated by default and approved."""
    given: dict[str, Any] = {
        "id": new_id(REQUEST, at=NOW.timestamp()),
        "agent": AGENT,
        "created_at": NOW,
        "packet": a_credit(),
        "route": None,
        "mode": Mode.GATE,
        "rule": "default",
        "policy_version": "before",
        "paused": False,
        "history": {},
        "verdict": Verdict.APPROVED,
        "decided_at": None,
        "went_wrong": False,
    }
    return Past(**(given | changes))
