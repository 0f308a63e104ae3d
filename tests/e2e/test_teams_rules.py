"""What runs by a rule, in Microsoft's own client: told of, taken back, stopped, and judged blind."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from .ruled_policies import RULED, credit
from .teams_stage import TeamsStage


def test_people_take_back_stop_and_judge_what_rules_let_run(
    set_teams_stage: Callable[..., TeamsStage], album: Path
) -> None:
    stage = set_teams_stage(**RULED)
    told = stage.submit(credit("20.00"))
    notice = stage.card("Credit 20.00 EUR")
    notice.expect_text("Approved by the rule small-credits", "owned by Ann Arbor", "impact.amount")
    notice.screenshot(album / "teams-notice.png")
    notice.press("Override…")
    notice.expect_text("Why should this not have been approved?")
    notice.screenshot(album / "teams-override-form.png")
    notice.choose("A duplicate").fill("In your words", "The shop paid this in May.").press("Override")
    notice.expect_text("Overridden by Ann Arbor: a duplicate", "The shop paid this in May.")
    notice.screenshot(album / "teams-overridden.png")
    reverted = stage.agent.wait_for("approval.reverted").approval
    assert (reverted["id"], reverted["reverted_by"]["id"]) == (told["id"], "ann")

    asked = stage.submit(credit("80.00"))
    window = stage.card("Credit 80.00 EUR")
    window.expect_text("Runs by itself", "unless somebody objects", "sure-credits", "Cat Bells", "0.93")
    window.screenshot(album / "teams-veto.png")
    window.press("Stop…")
    window.choose("Too risky").press("Stop")
    window.expect_text("Rejected by Ann Arbor: too risky")
    assert stage.agent.wait_for("approval.rejected").approval["id"] == asked["id"]

    drawn = stage.submit(credit("150.00"))
    check = stage.card("Credit 150.00 EUR")
    check.expect_text("Quality check: would you have approved this?")
    check.expect_no_text("checked-credits", "the shop bears it", "Approved", "Cat Bells")
    check.screenshot(album / "teams-quality-check.png")
    check.press("I would reject…")
    check.expect_text("Why would you reject it?")
    check.screenshot(album / "teams-quality-form.png")
    check.choose("Too risky").press("Send")
    check.expect_text("Ann Arbor disagreed, and would have rejected it: too risky", "checked-credits")
    check.screenshot(album / "teams-quality-verdict.png")
    assert stage.state(drawn)["status"] == "approved"

    check.press("Rate…")
    check.expect_text("Was it the right decision?")
    check.screenshot(album / "teams-rate-form.png")
    check.choose("Right").press("Save")
    check.expect_text("Ann Arbor rated it right")
    check.screenshot(album / "teams-rated.png")
