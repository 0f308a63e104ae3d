"""The states that a card can be in, for pictures on every platform."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.domain import lifecycle
from bot.domain.card import Card, Quotation
from bot.domain.choice import Choice
from bot.domain.moves import Cancel, CardPosted, Due, Move, Redeem, ReportOutcome
from bot.domain.request import ApprovalRequest
from bot.domain.status import Mode, OutcomeStatus, ReasonCode, Status
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
    yield from _unasked()
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


def _unasked() -> Iterator[tuple[str, Card]]:
    """What runs without anybody's yes."""
    given: dict[str, Any] = {
        "irreversible": False,
        "rule": "small-refund",
        "owner": "ann",
        "why": "Refunds under 250 EUR to customers of two years are routine.",
        "matched": {"impact.amount": "240.00", "signals.confidence": "0.82"},
    }
    told = opened(mode=Mode.NOTIFY, **given)
    yield "notified", card_of(told)
    taken = _folded(told, Redeem(**_BY_AGENT, digest=DIGEST, redemption_id="r"))
    why = a_reason(ReasonCode.DUPLICATE, "The shop paid this back in May.")
    yield "overridden", card_of(pressed(taken, choice=Choice.OVERRIDE, reason=why, now=after(20)).request)
    asked = opened(mode=Mode.VETO, window=timedelta(minutes=10), approve=2, **given)
    yield "veto-before-delivery", card_of(asked)
    standing = CardPosted(request_id="", command_id="", destination="slack:C0REFUNDS", shown_digest="d")
    running = _folded(asked, standing)
    yield "veto", card_of(running)
    yield "veto-in-doubt", card_of(renewed(running, objecting=("cmd",)))
    unopposed = lifecycle.fold(running, Due(request_id="", command_id=""), facts(after(19))).request
    yield "veto-passed", card_of(unopposed)


_BY_AGENT = {"request_id": "", "command_id": "", "agent": AGENT}


def _folded(request: ApprovalRequest, move: Move) -> ApprovalRequest:
    return lifecycle.fold(request, move, facts(after(9))).request
