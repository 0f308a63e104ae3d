"""The states that a card can be in, for pictures on every platform."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from bot.domain import lifecycle
from bot.domain.card import Card, Quotation
from bot.domain.moves import Cancel, Choice, Move, Redeem, ReportOutcome
from bot.domain.request import ApprovalRequest
from bot.domain.status import OutcomeStatus, ReasonCode, Status
from tests.adapters.slack.cards_of import many_arguments
from tests.builders import AGENT, DIGEST, a_reason, after, facts, opened, pressed, renewed
from tests.domain.card_reading import card_of

_LONG = "The parcel was lost between Lille and Ghent, and the carrier answers nobody. " * 40


def card_states() -> Iterator[tuple[str, Card]]:
    """A name and a card each, the plainest first."""
    waiting = opened(valid_for=timedelta(hours=1))
    yield "waiting", card_of(waiting)
    yield "high-impact", card_of(opened(high_impact=True))
    yield "one-of-two-votes", card_of(pressed(opened(approve=2), "ben").request)
    yield "claimed", card_of(pressed(waiting, choice=Choice.CLAIM).request)
    yield "escalated", card_of(pressed(waiting, choice=Choice.ESCALATE).request)
    yield from _decided(waiting)
    yield (
        "long-text",
        replace(
            card_of(waiting),
            headline=_LONG[:250],
            warnings=(_LONG, "This cannot be undone."),
            quotations=tuple(Quotation(heading=each, text=_LONG) for each in ("Reasoning", "Recommendation")),
        ),
    )
    yield "200-arguments", replace(card_of(waiting), arguments=many_arguments(200))


def _decided(waiting: ApprovalRequest) -> Iterator[tuple[str, Card]]:
    approved = pressed(waiting, now=after(4)).request
    taken = _folded(approved, Redeem(**_BY_AGENT, digest=DIGEST, redemption_id="r"))
    why = a_reason(ReasonCode.WRONG_AMOUNT, "Shipping was not part of the deal.")
    yield "approved", card_of(approved)
    yield "taken", card_of(taken)
    for status in (OutcomeStatus.SUCCEEDED, OutcomeStatus.FAILED):
        outcome = ReportOutcome(**_BY_AGENT, status=status, detail="Refund rf_77, see the log.")
        yield status.value, card_of(_folded(taken, outcome))
    yield "rejected", card_of(pressed(waiting, choice=Choice.REJECT, reason=why).request)
    over = renewed(waiting, ended="Nobody answered at the last step.", ended_at=after(45))
    yield "expired", card_of(replace(over, status=Status.EXPIRED))
    yield "cancelled", card_of(_folded(waiting, Cancel(**_BY_AGENT, reason="The parcel was found.")))


_BY_AGENT = {"request_id": "", "command_id": "", "agent": AGENT}


def _folded(request: ApprovalRequest, move: Move) -> ApprovalRequest:
    return lifecycle.fold(request, move, facts(after(9))).request
