"""What the owner of rules is asked once a month, and told at any time, in Slack's own web client."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, ViewportSize, expect

from .reviewed_rules import REVIEWED, worked
from .ruled_policies import credit
from .stage import Stage
from .waiting import wait_until

_NARROW = ViewportSize(width=960, height=1300)


def test_an_owner_loosens_what_earned_it_and_tightens_what_did_not(
    set_stage: Callable[..., Stage], phone_page: Page, album: Path
) -> None:
    stage = set_stage(viewport=_NARROW, before=worked, **REVIEWED)
    wait_until(
        lambda: len(stage.slack.direct_messages("ann")) == 2,
        why=lambda: f"Ann is asked about two rules, and not {stage.slack.direct_messages('ann')}",
    )
    ann = stage.desk.as_user("ann").open_bot_messages()
    gate, told = ann.card("Your rule address-gate"), ann.card("Your rule small-credit.issue")
    gate.expect_buttons("Keep", "Loosen")
    gate.screenshot(album / "slack-review-earned.png")
    told.expect_buttons("Keep", "Tighten")
    told.screenshot(album / "slack-review-not-earned.png")

    gate.press("Loosen")
    gate.expect_text("Loosened at", "address-gate demands notify from now on")
    gate.expect_buttons("Tighten")
    gate.screenshot(album / "slack-review-loosened.png")
    asked = stage.submit(_address())
    assert (asked["status"], asked["mode"], asked["ruling"]["rule"]) == ("approved", "notify", "address-gate")
    told.press("Tighten")
    told.expect_text("Tightened at")
    told.expect_buttons()
    ann.screenshot(album / "slack-reviews.png")
    assert stage.submit(credit("20.00"))["status"] == "pending"

    ann.say("stats by rule last 6 weeks")
    stats = ann.card("The whole picture is in the browser")
    stats.expect_text("address-gate", "small-credit.issue", "What stands out")
    stats.screenshot(album / "slack-stats-by-rule.png")
    ann.say("stats")
    ann.card("in the last 4 weeks").screenshot(album / "slack-stats.png")

    stage.sign_in(phone_page, "ann")
    phone_page.goto(f"{stage.placet.url}/rules")
    expect(phone_page.locator("main")).to_contain_text("address-gate")
    phone_page.screenshot(path=album / "web-rules-phone.png", full_page=True)


def _address() -> dict[str, object]:
    return {
        "action": {"name": "address.update", "arguments": {"customer": "Maria Example", "city": "Ghent"}},
        "reasoning": "She moved, and proved it with the code from her phone.",
        "impact": {"level": "low", "reversible": True},
    }
