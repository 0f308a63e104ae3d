"""Decisions in Slack, from the card to the signed callback and what the agent does with it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import ViewportSize

from .packets import DELETION, REFUND, deletion, refund
from .slack_server import Mode
from .stage import Stage, button

_NARROW = ViewportSize(width=960, height=1300)
_MODES: tuple[Mode, ...] = ("events", "socket")


@pytest.mark.parametrize("mode", _MODES)
def test_one_person_approves_and_everybody_sees_it_until_the_agent_reports_what_came_of_it(
    mode: Mode, set_stage: Callable[..., Stage], album: Path
) -> None:
    stage = set_stage(mode=mode, viewport=_NARROW)
    asked = stage.submit(refund())
    seen_by_ann = stage.window("ann").card(REFUND)
    seen_by_ann.expect_buttons("Approve", "Reject", "Edit…", "Details", "Escalate", "More…")
    seen_by_ann.screenshot(album / "slack-waiting.png")

    stage.window("ben").card(REFUND).press("Approve")

    seen_by_ann.expect_text("Approved by Ben Nevis", "not yet taken by the agent")
    seen_by_ann.expect_buttons("Details", "Rate…")
    told = stage.agent.wait_for("approval.approved")
    assert told.approval["id"] == asked["id"]
    assert told.approval["decision"]["by"] == ["ben"]
    assert told.approval["action"]["digest"] == asked["action"]["digest"]

    stage.do(asked, "redeem", digest=asked["action"]["digest"], redemption_id="run-1")
    seen_by_ann.expect_text("Taken by the agent")
    stage.do(asked, "outcome", status="succeeded", detail="Refund rf_77 is on its way.")
    seen_by_ann.expect_text("it ran, the agent reports", "Refund rf_77 is on its way.")
    seen_by_ann.screenshot(album / "slack-approved.png")
    assert len(stage.slack.cards("support")) == 1


def test_a_rejection_asks_for_a_reason_and_the_agent_is_told_one_safe_sentence(
    set_stage: Callable[..., Stage], album: Path
) -> None:
    stage = set_stage(viewport=_NARROW)
    asked = stage.submit(refund())
    seen_by_ann = stage.window("ann").card(REFUND)
    ben = stage.window("ben")

    ben.card(REFUND).press("Reject")
    form = ben.modal("Reject")
    form.choose("Why not?", "The amount is wrong").fill("In your words", "Shipping was not part of the deal.")
    form.screenshot(album / "slack-reject-modal.png")
    form.submit()
    form.expect_text("Rejected.", REFUND)
    form.close()

    seen_by_ann.expect_text(
        "Rejected by Ben Nevis: the amount is wrong", "Shipping was not part of the deal."
    )
    seen_by_ann.expect_buttons("Details", "Rate…")
    told = stage.agent.wait_for("approval.rejected")
    assert told.approval["id"] == asked["id"]
    assert told.approval["decision"]["reason"]["code"] == "wrong_amount"
    assert "do not retry or work around it" in told.body.decode()
    assert "approval.approved" not in {each.type for each in stage.agent.callbacks()}


def test_high_impact_is_approved_in_ones_own_view_and_never_on_the_shared_card(
    set_stage: Callable[..., Stage], album: Path
) -> None:
    stage = set_stage(viewport=_NARROW)
    asked = stage.submit(deletion())
    ben = stage.window("ben")
    card = ben.card(DELETION)
    card.expect_buttons("Review…", "Reject", "Edit…", "Details", "Escalate", "More…")
    (posted,) = stage.slack.cards("support")
    forged = button(posted, "Review…") | {"action_id": "placet_approve"}

    stage.slack.press("support", posted["ts"], "ben", forged)

    ben.private("open Review… and approve there")
    assert stage.state(asked)["status"] == "pending"

    card.press("Review…")
    view = ben.modal("Review")
    view.expect_text(DELETION, "acc_9310", "erase[0]", "keep[0]")
    view.screenshot(album / "slack-review.png")
    view.submit()
    view.expect_text("Approved.", DELETION)
    view.close()
    card.expect_text("Approved by Ben Nevis")
    assert stage.agent.wait_for("approval.approved").approval["decision"]["by"] == ["ben"]
