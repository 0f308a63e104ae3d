"""Editing, seen: a form, what it changes and the press, in Slack's own client and in the browser."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, ViewportSize, expect

from .packets import REFUND, Body, refund
from .stage import Stage
from .teams_stage import TeamsStage

_NARROW = ViewportSize(width=960, height=1300)
# The emulator's inputs know one line only.
_DRAFT = "Dear Maria, your parcel is lost. We refund 240.00 EUR. Best regards, Support"
_REDRAFT = "Dear Maria, your parcel was lost, and we are sorry. We refund 240.00 EUR. Best regards, Support"


def message() -> Body:
    """A drafted message to a customer."""
    arguments = {"to": "maria@customer.example", "body": _DRAFT}
    action = {"name": "email.send", "summary": "Write to Maria Example", "arguments": arguments}
    return {"action": action, "reasoning": "She waits for an answer since yesterday."}


def test_a_draft_is_changed_in_slack_and_the_agent_gets_both_versions(
    set_stage: Callable[..., Stage], album: Path
) -> None:
    stage = set_stage(viewport=_NARROW)
    asked = stage.submit(message())
    ann, ben = stage.window("ann"), stage.window("ben")
    ann.card("Write to Maria").press("Edit…")
    form = ann.modal("Edit")
    form.expect_text("Write to Maria Example")
    assert form.value("body") == _DRAFT
    form.screenshot(album / "slack-edit-form.png")
    form.submit()
    form.expect_error("Nothing is changed yet.")
    form.fill("body", _REDRAFT)
    form.submit()

    changes = ann.modal("What changes")
    changes.expect_text("[−is−][+was+]", "[+lost, and we are sorry.+]", "approves it with these changes")
    changes.screenshot(album / "slack-edit-changes.png")
    changes.submit()
    changes.expect_text("Approved with your changes.")

    ben.card("Write to Maria").expect_text("Approved with changes by Ann Arbor", "Edited by")
    approval = stage.agent.wait_for("approval.approved").approval
    assert approval["decision"]["type"] == "edit"
    assert approval["decision"]["original_arguments"]["body"] == _DRAFT
    assert approval["action"]["arguments"]["body"] == _REDRAFT
    assert approval["action"]["digest"] != asked["action"]["digest"]


def test_a_refund_is_changed_in_the_browser_at_a_desk(
    set_stage: Callable[..., Stage], desktop_page: Page, album: Path
) -> None:
    stage = set_stage()
    asked = stage.submit(refund())
    _edit(desktop_page, stage, asked["id"], album, "web-edit")
    copy = stage.window("ben").card(REFUND.replace("240", "200"))
    copy.expect_text("Approved with changes by Ann Arbor", "240.00 → 200.00")
    approval = stage.agent.wait_for("approval.approved").approval
    assert approval["action"]["arguments"]["amount"] == "200.00"


def test_a_refund_is_changed_in_the_browser_on_a_phone(
    set_stage: Callable[..., Stage], phone_page: Page, album: Path
) -> None:
    stage = set_stage()
    asked = stage.submit(refund())
    _edit(phone_page, stage, asked["id"], album, "web-edit-phone")
    wider = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert phone_page.evaluate(wider) == 0


def _edit(page: Page, stage: Stage, request_id: str, album: Path, name: str) -> None:
    page.goto(stage.placet.run("inbox-link", "--person", "ann").strip())
    page.get_by_role("button", name="Sign in").click()
    page.goto(f"{stage.placet.url}/requests/{request_id}")
    page.get_by_role("link", name="Edit…").click()
    page.get_by_label("amount").fill("200.00")
    page.screenshot(path=album / f"{name}-form.png", full_page=True)
    page.get_by_role("button", name="See what changes").click()
    expect(page.locator("ins")).to_contain_text("200.00")
    expect(page.locator("del")).to_contain_text("240.00")
    page.screenshot(path=album / f"{name}-changes.png", full_page=True)
    page.get_by_role("button", name="Approve with these changes").click()
    expect(page.locator("main")).to_contain_text("Approved with changes by Ann Arbor")


def test_a_refund_is_changed_in_teams(set_teams_stage: Callable[..., TeamsStage], album: Path) -> None:
    stage = set_teams_stage()
    asked = stage.submit(refund())
    card = stage.card(REFUND)
    card.press("Edit…")
    card.fill("amount", "200.00")
    card.screenshot(album / "teams-edit-form.png")
    card.press("See what changes")
    card.expect_text("− 240.00", "+ 200.00", "Pressing approves it with these changes")
    assert "See what changes" not in str(stage.posted().content)
    card.screenshot(album / "teams-edit-changes.png")
    card.press("Approve with these changes")
    card.expect_text("Approved with changes by Ann Arbor")
    approval = stage.agent.wait_for("approval.approved").approval
    assert approval["decision"]["original_arguments"] == asked["action"]["arguments"]
    assert approval["action"]["arguments"]["amount"] == "200.00"
