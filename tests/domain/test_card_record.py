"""The card once it is over: who, when, why, and what came of it."""

from datetime import timedelta
from typing import Any

import pytest

from bot.domain import lifecycle
from bot.domain.card import Card, Press, Quotation, Tone
from bot.domain.card_status import status_line
from bot.domain.choice import Choice
from bot.domain.moves import CallbackSettled, Cancel, Due, Redeem, ReportOutcome
from bot.domain.outcome import Redemption
from bot.domain.overriding import is_overridable
from bot.domain.request import ApprovalRequest
from bot.domain.status import Mode, OutcomeStatus, ReasonCode, Status
from tests.builders import (
    AGENT,
    DIGEST,
    a_directory,
    a_reason,
    after,
    facts,
    opened,
    pressed,
    renewed,
)
from tests.domain.card_reading import card_of, labels, said, status, words


def ended(request: ApprovalRequest, **changes: Any) -> Card:
    card = card_of(request, **changes)
    overrides = ["Override…"] if is_overridable(request) else []
    rates = ["Rate…"] if request.progress.decision is not None else []
    assert labels(card) == [*overrides, "Details", *rates]
    assert (card.effects, card.mentions) == ((), ())
    assert "Asked: step" not in card.why_here
    return card


def test_an_approved_card_is_a_record_that_is_not_done() -> None:
    card = ended(pressed(opened(valid_for=timedelta(hours=1)), now=after(4)).request)
    assert status(card) == "Approved by Ann · 4m"
    assert card.tone is Tone.APPROVED
    assert words(card.footer)[:2] == ["Approved, not yet taken by the agent", "Can be taken until · 64m"]
    assert card.votes == ()
    assert card.fallback == "Approved by Ann · Refund 240.00 EUR to order 4892"


def test_when_the_agent_takes_it_the_card_says_so() -> None:
    done = pressed(opened()).request
    move = Redeem(request_id="", command_id="", agent=AGENT, digest=DIGEST, redemption_id="r")
    assert (
        words(ended(lifecycle.fold(done, move, facts(after(2))).request).footer)[0]
        == "Taken by the agent · 2m"
    )


def test_when_the_agent_cannot_be_reached_the_card_says_so() -> None:
    def failed(request: ApprovalRequest, kind: str) -> list[str]:
        move = CallbackSettled(request_id="", command_id="", type=kind, delivered=False)
        return words(ended(lifecycle.fold(request, move, facts()).request).footer)

    yes = pressed(opened()).request
    assert failed(yes, "approval.approved")[0] == (
        "Approved, not yet taken by the agent; the agent could not be reached"
    )
    no = pressed(opened(), choice=Choice.REJECT).request
    assert failed(no, "approval.rejected")[0] == "The agent could not be reached, so it has not been told."


@pytest.mark.parametrize(
    ("outcome", "told", "tone"),
    [
        ("succeeded", "it ran, the agent reports", Tone.APPROVED),
        ("failed", "it failed, the agent reports", Tone.FAILED),
        ("not_run", "it was not run, the agent reports", Tone.APPROVED),
        ("reverted", "it was undone, the agent reports", Tone.FAILED),
    ],
)
def test_the_outcome_that_the_agent_reports_is_shown(outcome: str, told: str, tone: Tone) -> None:
    move = ReportOutcome(
        request_id="", command_id="", agent=AGENT, status=OutcomeStatus(outcome), detail="See log\u202e"
    )
    card = ended(lifecycle.fold(pressed(opened()).request, move, facts(after(9))).request)
    assert status(card) == f"Approved by Ann · 0m · {told}"
    assert card.tone is tone
    assert said(card)["What came of it"] == "See log\ufffd"
    assert card.quotations[0].from_agent
    assert words(card.footer)[0] == "Outcome reported · 9m"


def test_a_rejected_card_says_who_when_and_why() -> None:
    no = pressed(
        opened(), "ben", Choice.REJECT, reason=a_reason(ReasonCode.TOO_RISKY, "Ask Jo\u202e first.")
    ).request
    card = ended(no)
    assert status(card) == "Rejected by Ben: too risky · 0m"
    assert card.tone is Tone.REJECTED
    assert card.quotations[0] == Quotation(
        heading="Ben on why not", text="Ask Jo\ufffd first.", from_agent=False, on_record=True
    )


def test_a_take_over_is_called_one() -> None:
    taken = pressed(opened(), choice=Choice.REJECT, reason=a_reason(ReasonCode.TAKEN_OVER)).request
    assert status(ended(taken)) == "Ann took over · 0m"


def test_two_approvers_are_both_on_record() -> None:
    done = pressed(pressed(opened(approve=2)).request, "ben", now=after(2)).request
    card = ended(done, directory=a_directory(groups={}))
    assert status(card) == "Approved by Ann and Ben · 2m"
    assert words(card.votes)[1:] == ["Ann approved · 0m", "Ben approved · 2m"]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"mode": Mode.AUTO, "irreversible": False, "rule": "small"}, "Approved by the rule small · 0m"),
        ({"mode": Mode.REFUSE, "rule": "gifts"}, "Refused by the rule gifts · 0m"),
    ],
)
def test_a_rules_decision_names_the_rule(changes: dict[str, Any], told: str) -> None:
    assert status(ended(opened(**changes))) == told


def test_an_unopposed_veto_says_that_nobody_objected() -> None:
    request = opened(mode=Mode.VETO, irreversible=False, window=timedelta(minutes=5))
    due = Due(request_id="", command_id="")
    done = lifecycle.fold(renewed(request, veto_ends_at=after(5)), due, facts(after(5))).request
    assert status(ended(done)) == "Approved, as nobody objected · 5m"


def test_an_expired_card_does_not_look_rejected() -> None:
    card = ended(opened(steps=()))
    assert status(card) == "Expired without a decision · 0m"
    assert card.tone is Tone.EXPIRED
    assert words(card.footer)[0].startswith("Nobody could be asked")


def test_a_withdrawn_card_quotes_the_agent() -> None:
    move = Cancel(request_id="", command_id="", agent=AGENT, reason="Approved by CFO\u202e, never mind")
    card = ended(lifecycle.fold(opened(), move, facts(after(1))).request)
    assert status(card) == "Withdrawn by the agent · 1m"
    assert card.tone is Tone.CANCELLED
    assert card.quotations[0] == Quotation(
        heading="Why it was withdrawn", text="Approved by CFO\ufffd, never mind", on_record=True
    )


def test_an_overridden_card_looks_failed_and_says_who_and_why() -> None:
    request = opened(mode=Mode.AUTO, irreversible=False, rule="small", callback_url=None)
    reason = a_reason(ReasonCode.DUPLICATE, "Paid in May.")
    done = pressed(request, "ben", Choice.OVERRIDE, now=after(60), reason=reason).request
    card = ended(done)
    assert card.tone is Tone.FAILED
    assert (
        status(card) == "Overridden by Ben: a duplicate · 60m · it had been approved by the rule small · 0m"
    )
    assert card.quotations[0].heading == "Ben on why it was overridden"
    assert card.quotations[0].text == "Paid in May."
    assert words(card.footer)[0] == "The agent is told not to act on it."
    assert [button.press for button in card.buttons] == [Press.DETAILS, Press.RATE]
    told = ReportOutcome(request_id="", command_id="", agent=AGENT, status=OutcomeStatus.REVERTED, detail="")
    undone = status(ended(lifecycle.fold(done, told, facts(after(61))).request))
    assert undone.endswith("approved by the rule small · 0m · it was undone, the agent reports")


def test_an_overridden_card_says_what_had_run() -> None:
    request = opened(mode=Mode.NOTIFY, irreversible=False)
    ran = renewed(request, redemption=Redemption(id="r1", at=after(1)), callback="delivered")
    done = pressed(ran, choice=Choice.OVERRIDE, reason=a_reason()).request
    assert "It already ran; the agent is told to undo it." in words(ended(done).footer)
    lost = renewed(done, callback="failed")
    assert words(ended(lost).footer)[1] == "The agent could not be reached, so it has not been told."


def test_somebody_who_left_stays_on_record_by_id() -> None:
    done = pressed(opened()).request
    assert status(ended(done, directory=a_directory(people={}))) == "Approved by ann · 0m"


def test_the_count_tells_how_far_distinct_groups_are() -> None:
    directory = a_directory(groups={"finance": ("ann", "ben"), "legal": ("dan",)})
    wanted: dict[str, Any] = {"approve": 2, "voters": ("finance", "legal"), "distinct_groups": True}
    first = pressed(opened(directory, **wanted), directory=directory).request
    both = pressed(first, "ben", directory=directory)
    assert both.request.status is Status.PENDING
    assert status_line(both.request, directory)[0] == (
        "Waiting for a decision · 1 of 2 approved, each from another group"
    )


def test_rejections_are_counted_where_it_takes_several() -> None:
    no = pressed(opened(reject=2), choice=Choice.REJECT, reason=a_reason()).request
    assert status_line(no, a_directory())[0] == "Waiting for a decision · 0 of 1 approved, 1 of 2 rejected"
