"""Slack away, and Slack not saying whether a card arrived: in the end there is exactly one card."""

from __future__ import annotations

from collections.abc import Callable

from .packets import REFUND, refund
from .stage import Stage


def test_a_card_asked_for_while_slack_is_away_appears_once_it_is_back(
    set_stage: Callable[..., Stage],
) -> None:
    stage = set_stage()
    stage.slack.gate.shut()
    asked = stage.submit(refund())
    assert asked["status"] == "pending"
    assert stage.slack.cards("support") == []

    stage.slack.gate.open()

    card = stage.window("ben").card(REFUND)
    card.press("Approve")
    card.expect_text("Approved by Ben Nevis")
    stage.agent.wait_for("approval.approved")
    assert len(stage.slack.cards("support")) == 1


def test_a_card_changes_once_slack_is_back_when_it_was_away_at_the_decision(
    set_stage: Callable[..., Stage],
) -> None:
    stage = set_stage()
    stage.submit(refund())
    card = stage.window("ann").card(REFUND)
    (as_it_was,) = stage.wait_for_cards("support")
    stage.slack.gate.shut()

    stage.press_unseen(as_it_was, "support", "ben", "Approve")
    stage.agent.wait_for("approval.approved")
    card.expect_text("Waiting for a decision")
    stage.slack.gate.open()

    card.expect_text("Approved by Ben Nevis")


def test_a_card_is_not_doubled_when_slack_takes_it_and_its_answer_is_lost(
    set_stage: Callable[..., Stage],
) -> None:
    stage = set_stage()
    stage.slack.gate.lose_answers("chat.postMessage")
    stage.submit(refund())
    card = stage.window("ann").card(REFUND)
    stage.window("ben").card(REFUND).press("Approve")

    card.expect_text("Approved by Ben Nevis")
    assert len(stage.slack.gate.calls("chat.postMessage")) == 1
    assert len(stage.slack.cards("support")) == 1
