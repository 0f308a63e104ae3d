"""What runs by a rule, in Slack's own web client: told of, taken back, stopped, judged blind, rated."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import ViewportSize

from .ruled_policies import RULED, credit
from .stage import Stage

_NARROW = ViewportSize(width=960, height=1300)


def test_people_take_back_what_a_rule_let_run_and_stop_what_would(
    set_stage: Callable[..., Stage], album: Path
) -> None:
    stage = set_stage(viewport=_NARROW, **RULED)
    ann, ben = stage.window("ann"), stage.window("ben")
    silent = stage.submit(credit("5.00"))
    assert (silent["status"], silent["mode"]) == ("approved", "auto")

    told = stage.submit(credit("20.00"))
    stage.do(told, "redeem", digest=told["action"]["digest"], redemption_id="run-1")
    notice = ann.card("Credit 20.00 EUR")
    notice.expect_text("Approved by the rule small-credits", "Taken by the agent")
    notice.expect_text("Credits under 50 EUR are routine.", "owned by Ann Arbor", "impact.amount")
    notice.expect_buttons("Override…", "Details", "Rate…")
    notice.screenshot(album / "slack-notice.png")
    ben.card("Credit 20.00 EUR").press("Override…")
    form = ben.modal("Override")
    form.screenshot(album / "slack-override-form.png")
    form.choose("Why should this not have been approved?", "A duplicate")
    form.fill("In your words", "The shop paid this in May.").submit()
    form.expect_text("Taken back")
    form.screenshot(album / "slack-override-done.png")
    form.close()
    notice.expect_text("Overridden by Ben Nevis: a duplicate", "The shop paid this in May.")
    notice.screenshot(album / "slack-overridden.png")
    reverted = stage.agent.wait_for("approval.reverted").approval
    assert (reverted["id"], reverted["reverted_by"]["id"]) == (told["id"], "ben")
    assert reverted["reverted_reason"]["code"] == "duplicate"

    asked = stage.submit(credit("80.00"))
    window = ann.card("Credit 80.00 EUR")
    window.expect_text("Runs by itself", "unless somebody objects", "sure-credits", "Cat Bells", "0.93")
    window.expect_buttons("Approve now", "Stop…", "Edit…", "Details", "Escalate", "More…")
    window.screenshot(album / "slack-veto.png")
    ben.card("Credit 80.00 EUR").press("Stop…")
    form = ben.modal("Stop")
    form.screenshot(album / "slack-stop-form.png")
    form.choose("Why not?", "Too risky").submit()
    form.expect_text("Rejected.")
    form.close()
    window.expect_text("Rejected by Ben Nevis: too risky")
    window.screenshot(album / "slack-stopped.png")
    assert stage.agent.wait_for("approval.rejected").approval["id"] == asked["id"]
    assert "Credit 5.00 EUR" not in str(stage.slack.cards("support"))


def test_an_approval_by_rule_is_judged_blind_and_a_decision_is_rated_afterwards(
    set_stage: Callable[..., Stage], album: Path
) -> None:
    stage = set_stage(viewport=_NARROW, **RULED)
    ann, ben = stage.window("ann"), stage.window("ben")
    drawn = stage.submit(credit("150.00"))
    check = ann.card("Credit 150.00 EUR")
    check.expect_text("Quality check: would you have approved this?")
    check.expect_no_text("checked-credits", "the shop bears it", "Approved", "Cat Bells")
    check.expect_buttons("I would approve", "I would reject…", "Details")
    check.screenshot(album / "slack-quality-check.png")

    ben.card("Credit 150.00 EUR").press("I would reject…")
    form = ben.modal("Quality check")
    form.screenshot(album / "slack-quality-form.png")
    form.choose("Why would you reject it?", "Too risky").fill("In your words", "A new customer.").submit()
    form.expect_text("you disagree with the rule checked-credits")
    form.screenshot(album / "slack-quality-answered.png")
    form.close()
    check.expect_text("Ben Nevis disagreed, and would have rejected it: too risky", "A new customer.")
    check.expect_text("Approved by the rule checked-credits", "owned by Cat Bells")
    check.screenshot(album / "slack-quality-verdict.png")
    assert stage.state(drawn)["status"] == "approved"

    stage.submit(credit("250.00"))
    ann.card("Credit 250.00 EUR").press("Approve")
    decided = ben.card("Credit 250.00 EUR")
    decided.expect_text("Approved by Ann Arbor")
    decided.expect_buttons("Details", "Rate…")
    decided.press("Rate…")
    form = ben.modal("Rate")
    form.screenshot(album / "slack-rate-form.png")
    form.choose("Was it the right decision?", "Wrong")
    form.choose("What was wrong (for a wrong one)", "The amount is wrong").submit()
    form = ben.modal("Correct")
    form.screenshot(album / "slack-correct-form.png")
    form.fill("amount", "25.00").submit()
    form.expect_text("25.00", "Nothing runs, and the agent is not told")
    form.screenshot(album / "slack-correction.png")
    form.submit()
    form.expect_text("Recorded")
    form.screenshot(album / "slack-rated-view.png")
    form.close()
    decided.expect_text("Ben Nevis rated it wrong: the amount is wrong, with a correction")
    decided.screenshot(album / "slack-rated.png")
