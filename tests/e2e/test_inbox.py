"""The browser inbox: the same request at a desk and on a phone, and the Slack copy beside it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from playwright.sync_api import Page, expect

from .packets import DELETION, REFUND, deletion, refund
from .stage import Stage


def test_an_approval_by_keyboard_in_the_inbox_changes_the_slack_copy(
    set_stage: Callable[..., Stage], desktop_page: Page, pictures: Path
) -> None:
    stage = set_stage()
    desktop_page.clock.install()
    stage.sign_in(desktop_page, "ann")
    expect(desktop_page.locator("#empty")).to_be_visible()

    asked = stage.submit(refund())
    card = desktop_page.locator(f"#{asked['id']}")
    expect(card).to_contain_text(REFUND)
    copy = stage.window("ben").card(REFUND)
    desktop_page.bring_to_front()
    desktop_page.screenshot(path=pictures / "inbox.png")
    # The second press has to come within four seconds, which a busy machine may take.
    desktop_page.clock.pause_at(datetime.now(UTC) + timedelta(minutes=1))
    desktop_page.keyboard.press("j")
    desktop_page.keyboard.press("a")
    expect(card.get_by_role("button", name="press a again")).to_be_visible()
    desktop_page.keyboard.press("a")

    copy.expect_text("Approved by Ann Arbor")
    copy.expect_buttons("Details", "Rate…")
    assert stage.agent.wait_for("approval.approved").approval["decision"]["by"] == ["ann"]


def test_on_a_phone_everything_fits_and_a_rejection_reaches_slack(
    set_stage: Callable[..., Stage], phone_page: Page, album: Path, pictures: Path
) -> None:
    stage = set_stage()
    high, plain = stage.submit(deletion()), stage.submit(refund())
    stage.sign_in(phone_page, "ben")
    card = phone_page.locator(f"#{plain['id']}")
    expect(card).to_contain_text(REFUND)
    expect(phone_page.locator(f"#{high['id']}")).to_contain_text(DELETION)
    card.evaluate("card => scrollTo(0, card.offsetTop - 126)")
    phone_page.screenshot(path=album / "web-phone.png")
    _expect_no_sideways_scrolling(phone_page)

    card.get_by_text("Reject", exact=True).tap()
    card.get_by_role("radio", name="too risky").tap()
    card.get_by_label("In your words").fill("Not without the carrier's letter.")
    phone_page.screenshot(path=pictures / "phone-reject.png")
    card.get_by_role("button", name="Reject this request").tap()

    stage.window("ann").card(REFUND).expect_text(
        "Rejected by Ben Nevis: too risky", "Not without the carrier's letter."
    )
    phone_page.goto(f"{stage.placet.url}/requests/{high['id']}")
    expect(phone_page.locator("main")).to_contain_text("acc_9310")
    _expect_no_sideways_scrolling(phone_page)
    phone_page.get_by_role("button", name="Approve").tap()
    stage.window("ann").card(DELETION).expect_text("Approved by Ben Nevis")


def test_a_link_signs_in_once(set_stage: Callable[..., Stage], desktop_page: Page, phone_page: Page) -> None:
    stage = set_stage()
    link = stage.sign_in(desktop_page, "ann")

    phone_page.goto(link)

    expect(phone_page.locator("main")).not_to_contain_text("Nothing waits for you")
    assert phone_page.context.cookies() == []


def _expect_no_sideways_scrolling(page: Page) -> None:
    wider = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(wider) == 0
