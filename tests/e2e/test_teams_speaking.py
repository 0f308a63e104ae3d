"""What people say to the bot in Microsoft's own client, and what comes of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from .packets import REFUND, refund
from .teams_stage import TeamsStage


def test_a_lead_routes_by_mention_sees_what_it_would_catch_and_takes_it_back(
    set_teams_stage: Callable[..., TeamsStage], album: Path
) -> None:
    stage = set_teams_stage()
    stage.submit(refund("4892"))
    stage.posted()

    stage.desk.mention("route refund.* to #Leads for 3 days")
    preview = stage.desk.open_chat("Personal Chat").card("Nothing has changed yet")
    preview.expect_text("refund.*: the first step would ask Support/Leads", "it would have caught 1 request")
    preview.screenshot(album / "teams-route-preview.png")
    preview.press("Confirm")
    preview.expect_text("Ann Arbor made the route")
    preview.screenshot(album / "teams-route-made.png")
    stage.desk.open_channel("General").expect_message("Ann Arbor made the route")
    stage.submit(refund("5001"))
    stage.card("5001", "Leads")

    stage.desk.open_channel("General").mention("undo")
    stage.desk.expect_message("Ann Arbor took back")
    stage.desk.screenshot(album / "teams-route-undone.png")
    stage.submit(refund("5002"))
    stage.card("5002", "General")


def test_who_does_not_lead_is_told_alone_who_does(
    set_teams_stage: Callable[..., TeamsStage], album: Path
) -> None:
    stage = set_teams_stage(lead="ben")

    stage.desk.mention("route refund.* to #Leads")

    refusal = stage.desk.open_chat("Personal Chat").card("Only those who lead refund.* can route it:")
    refusal.expect_text("Only those who lead refund.* can route it: Ben Nevis.")
    refusal.screenshot(album / "teams-route-refused.png")
    stage.desk.open_channel("General").expect_no_card("Only those who lead")
    stage.submit(refund())
    stage.card(REFUND, "General")


def test_a_link_of_ones_own_signs_in_once(
    set_teams_stage: Callable[..., TeamsStage], phone_page: Page, album: Path
) -> None:
    stage = set_teams_stage()
    asked = stage.submit(refund())
    stage.desk.open_chat("Personal Chat").say("inbox")
    answer = stage.desk.card("The link works once")
    answer.screenshot(album / "teams-inbox-link.png")

    inbox = stage.desk.follow(answer, "Open Placet in the browser")
    link = inbox.url
    inbox.get_by_role("button", name="Sign in").click()
    expect(inbox.locator(f"#{asked['id']}")).to_contain_text(REFUND)

    phone_page.goto(link)
    phone_page.get_by_role("button", name="Sign in").tap()
    expect(phone_page.locator("main")).to_contain_text("This link was used already")
    phone_page.screenshot(path=album / "web-link-used.png")
    assert phone_page.context.cookies() == []
