"""Requests that move on: by themselves, by hand, and to their end."""

from __future__ import annotations

from collections.abc import Callable

from .packets import REFUND, refund
from .stage import Stage


def test_what_nobody_answers_moves_on_by_itself_and_expires_at_the_last_step(
    set_stage: Callable[..., Stage],
) -> None:
    # The second step is long enough to be seen, on a slow machine too.
    stage = set_stage(first_wait="3s", last_wait="15s")
    ben = stage.window("ben")
    asked = stage.submit(refund())
    first = ben.card(REFUND)

    escalated = stage.agent.wait_for("approval.escalated").approval
    assert (escalated["id"], escalated["step"], escalated["status"]) == (asked["id"], 2, "pending")
    assert [card["channel"] for card in stage.wait_for_cards("leads")] == ["C0LEADS"]
    first.expect_text("step 2 of 2 (#leads)")

    expired = stage.agent.wait_for("approval.expired")
    assert "this is not a refusal" in expired.body.decode()
    first.expect_text("Expired without a decision")
    stage.window("ann", "leads").card(REFUND).expect_text("Expired without a decision")
    assert stage.state(asked)["status"] == "expired"


def test_a_reviewer_hands_it_on_and_the_first_card_follows_the_decision_made_elsewhere(
    set_stage: Callable[..., Stage],
) -> None:
    stage = set_stage()
    asked = stage.submit(refund())
    first = stage.window("ben").card(REFUND)

    first.press("Escalate")

    second = stage.window("ann", "leads").card(REFUND)
    first.expect_text("step 2 of 2 (#leads)")
    first.expect_buttons("Approve", "Reject", "Edit…", "Details", "More…")
    assert stage.agent.wait_for("approval.escalated").approval["id"] == asked["id"]

    second.press("Approve")
    for card in (first, second):
        card.expect_text("Approved by Ann Arbor")
        card.expect_buttons("Details", "Rate…")
    assert stage.agent.wait_for("approval.approved").approval["decision"]["by"] == ["ann"]
