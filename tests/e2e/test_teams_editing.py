"""Editing in Microsoft's own client: a form in place of the card, what it changes, and the press."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from .packets import REFUND, Body, refund
from .teams_stage import TeamsStage

_TO_MARIA = "Write to Maria Example"
_DRAFT = "Dear Maria,\n\nyour parcel is lost. We refund 240.00 EUR.\n\nBest regards"
_REDRAFT = _DRAFT.replace("is lost", "was lost, and we are sorry")


def letter() -> Body:
    """A drafted message of several lines to a customer."""
    arguments = {"to": "maria@customer.example", "body": _DRAFT}
    action = {"name": "email.send", "summary": _TO_MARIA, "arguments": arguments}
    return {"action": action, "reasoning": "She waits for an answer since yesterday."}


def test_a_draft_of_several_lines_is_changed_and_the_agent_gets_both_versions(
    set_teams_stage: Callable[..., TeamsStage], album: Path
) -> None:
    stage = set_teams_stage()
    asked = stage.submit(letter())
    card = stage.card(_TO_MARIA)

    card.press("Edit…")
    card.expect_text("Edit", "body", "to")
    assert card.value("body") == _DRAFT
    card.screenshot(album / "teams-edit-form.png")
    card.press("See what changes")
    card.expect_text("Nothing is changed yet.")
    card.fill("body", _REDRAFT).press("See what changes")

    card.expect_text("[−is−][+was+]", "[+lost, and we are sorry.+]", "approves it with these changes")
    card.screenshot(album / "teams-edit-changes.png")
    assert "sorry" not in str(stage.posted().content), "nobody else sees what is not decided"
    card.press("Approve with these changes")

    card.expect_text("Approved with changes by Ann Arbor")
    card.screenshot(album / "teams-edited.png")
    stage.wait_for_posted("Approved with changes by Ann Arbor")
    approval = stage.agent.wait_for("approval.approved").approval
    assert approval["decision"]["type"] == "edit"
    assert approval["decision"]["original_arguments"]["body"] == _DRAFT
    assert approval["action"]["arguments"]["body"] == _REDRAFT
    assert approval["action"]["digest"] != asked["action"]["digest"]


def test_there_is_a_way_back_from_what_changes_to_the_form_and_to_the_card(
    set_teams_stage: Callable[..., TeamsStage],
) -> None:
    stage = set_teams_stage()
    asked = stage.submit(refund())
    card = stage.card(REFUND)
    card.press("Edit…")
    card.fill("amount", "200.00").press("See what changes")
    card.expect_text("200.00", "What changes")

    card.press("Back to the form")
    assert card.value("amount") == "200.00"
    card.press("Back")

    card.expect_buttons("Approve", "Reject", "Edit…", "Details", "Escalate", "More…")
    assert stage.state(asked)["action"] == asked["action"]
