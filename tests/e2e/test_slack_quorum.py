"""Two of two: one person decides in Slack, the other in the browser inbox."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, ViewportSize, expect

from .packets import REFUND, refund
from .stage import Stage

_NARROW = ViewportSize(width=960, height=1300)


def test_two_people_approve_together_one_in_slack_and_one_in_the_browser(
    set_stage: Callable[..., Stage], phone_page: Page, album: Path
) -> None:
    stage = set_stage(viewport=_NARROW, approve="2")
    asked = stage.submit(refund())
    card = stage.window("ben").card(REFUND)
    card.expect_text("0 of 2 approved")

    card.press("Approve")
    card.expect_text("1 of 2 approved", "Ben Nevis approved")
    card.expect_buttons("Approve", "Reject", "Edit…", "Details", "Escalate", "More…")
    card.screenshot(album / "slack-one-of-two-here.png")
    assert stage.agent.callbacks() == []

    stage.sign_in(phone_page, "ann")
    own = phone_page.locator(f"#{asked['id']}")
    expect(own).to_contain_text("1 of 2 approved")
    own.evaluate("card => scrollTo(0, card.offsetTop - 126)")
    phone_page.screenshot(path=album / "web-one-of-two.png")
    own.get_by_role("button", name="Approve", exact=True).tap()

    card.expect_text("Approved by Ben Nevis and Ann Arbor")
    assert stage.agent.wait_for("approval.approved").approval["decision"]["by"] == ["ben", "ann"]
