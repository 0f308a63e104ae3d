"""Decisions in Microsoft Teams, from the card in a channel to the signed callback."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from .packets import DELETION, REFUND, deletion, refund
from .teams_server import Posted, TeamsServer
from .teams_stage import TeamsStage


def test_a_mention_is_told_in_ones_own_chat_what_can_be_said(
    set_teams_stage: Callable[..., TeamsStage],
) -> None:
    stage = set_teams_stage()

    stage.desk.mention("help")

    stage.desk.open_chat("Personal Chat").expect_message("You can say to me")


def test_a_person_approves_in_a_channel_and_everybody_sees_it(
    set_teams_stage: Callable[..., TeamsStage], album: Path
) -> None:
    stage = set_teams_stage()
    asked = stage.submit(refund())
    card = stage.card(REFUND)
    card.expect_buttons("Approve", "Reject", "Edit…", "Details", "Escalate", "More…")
    card.screenshot(album / "teams-waiting.png")

    card.press("Approve")

    card.expect_text("Approved by Ann Arbor")
    told = stage.agent.wait_for("approval.approved")
    assert told.approval["id"] == asked["id"]
    assert told.approval["decision"]["by"] == ["ann"]
    assert told.approval["action"]["digest"] == asked["action"]["digest"]
    stage.wait_for_posted("Approved by Ann Arbor")
    card.screenshot(album / "teams-approved.png")


def test_a_rejection_asks_for_a_reason_on_the_card_itself(
    set_teams_stage: Callable[..., TeamsStage], album: Path
) -> None:
    stage = set_teams_stage()
    stage.submit(refund())
    card = stage.card(REFUND)

    card.press("Reject")
    card.expect_text("Why not?")
    assert "Why not?" not in str(stage.posted().content)
    card.choose("The amount is wrong").fill("In your words", "Shipping was not part of the deal.")
    card.screenshot(album / "teams-reject-form.png")
    card.press("Reject")

    card.expect_text("Rejected by Ann Arbor: the amount is wrong", "Shipping was not part of the deal.")
    told = stage.agent.wait_for("approval.rejected")
    assert told.approval["decision"]["reason"]["code"] == "wrong_amount"


def test_an_escalation_asks_in_the_next_channel_and_is_decided_there(
    set_teams_stage: Callable[..., TeamsStage],
) -> None:
    stage = set_teams_stage()
    stage.submit(refund())
    stage.card(REFUND).press("Escalate")

    stage.posted("Leads")
    stage.card(REFUND, "Leads").press("Approve")

    stage.card("Approved by Ann Arbor", "Leads")
    stage.card("Approved by Ann Arbor", "General")
    assert stage.agent.wait_for("approval.approved").approval["step"] == 2


def test_who_presses_late_or_has_no_say_is_told_so_alone(set_teams_stage: Callable[..., TeamsStage]) -> None:
    stage = set_teams_stage()
    asked = stage.submit(refund())
    before = stage.posted()
    assert "This account is not linked to a reviewer" in told(stage.teams, before, "stranger")
    assert stage.state(asked)["status"] == "pending"
    card = stage.card(REFUND)
    card.press("Approve")
    card.expect_text("Approved by Ann Arbor")

    sentence = told(stage.teams, before, "ben")

    assert "Ann Arbor" in sentence
    assert stage.state(asked)["decision"]["by"] == ["ann"]
    card.expect_no_text("Ben Nevis", sentence)


def told(teams: TeamsServer, card: Posted, person: str) -> str:
    """What somebody reads above the card who presses Approve."""
    status, answer = teams.press(card, person, "Approve")
    assert (status, answer["statusCode"]) == (200, 200)
    (line,) = answer["value"]["body"][0]["items"]
    return "".join(run["text"] for run in line["inlines"])


def test_high_impact_is_approved_in_ones_own_view(
    set_teams_stage: Callable[..., TeamsStage], album: Path
) -> None:
    stage = set_teams_stage()
    stage.submit(deletion())
    card = stage.card(DELETION)
    card.press("Review…")
    card.expect_text("acc_9310", "erase[0]", "keep[0]")
    card.screenshot(album / "teams-review.png")
    card.press("Approve")

    card.expect_text("Approved by Ann Arbor")
    assert stage.agent.wait_for("approval.approved").approval["decision"]["by"] == ["ann"]
