"""What leads and reviewers say to the bot in Slack's own web client, and what comes of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from playwright.sync_api import Page, ViewportSize, expect

from .packets import REFUND, refund
from .stage import Stage
from .waiting import wait_until

_NARROW = ViewportSize(width=960, height=1300)
#: a day that does not begin while a test runs, in whatever time zone
_SOON = f"{datetime.now(UTC) + timedelta(days=3):%A}"


def test_a_lead_routes_by_mention_after_a_preview_and_takes_it_back(
    set_stage: Callable[..., Stage], album: Path
) -> None:
    stage = set_stage(viewport=_NARROW)
    stage.submit(refund("1001"))
    stage.wait_for_cards("support")
    ann, ben = stage.window("ann"), stage.window("ben")

    ben.mention(f"route refund.* to #finance until {_SOON.lower()}")
    ben.private("Only those who lead refund.* can route it: Ann Arbor.").screenshot(
        album / "slack-no-lead.png"
    )

    ann.mention(f"Please route refund.* to #finance until {_SOON.lower()}")
    preview = ann.private(f"would ask #finance until {_SOON}")
    preview.expect_text(
        "would have caught 1 request", "Refund 240.00 EUR for order 1001", "Nothing has changed"
    )
    preview.screenshot(album / "slack-route-preview.png")
    preview.press("Confirm")
    (posted, *_) = _threads(stage, "Ann Arbor made the route refund-1")
    ann.expect_no_card("would ask #finance")
    assert "ephemeral_to" not in posted

    stage.submit(refund("1002"))
    (caught,) = stage.wait_for_cards("finance")
    assert "order 1002" in str(caught)
    assert "order 1002" not in str(stage.slack.cards("support"))

    ben.mention("routes")
    listed = ben.private("In the policy's file")
    listed.expect_text(
        "route refund.* to #finance until", "made by Ann Arbor", "everything else goes to support"
    )
    listed.screenshot(album / "slack-routes.png")

    ann.mention("undo")
    _threads(stage, "Ann Arbor took back")
    stage.submit(refund("1003"))
    wait_until(lambda: "order 1003" in str(stage.slack.cards("support")), why="the third card in #support")
    assert len(stage.slack.cards("finance")) == 1
    ann.screenshot(album / "slack-route-undone.png")


def test_who_covers_is_asked_instead_of_who_is_away(set_stage: Callable[..., Stage], album: Path) -> None:
    stage = set_stage(viewport=_NARROW, first='"slack:#support", "@ann"')
    stage.submit(refund("1001"))
    ann = stage.window("ann")
    ann.card("order 1001").expect_text("Ann Arbor")
    assert "<@U01ANN>" in str(stage.wait_for_cards("support")[0])

    ann.mention(f"away until {_SOON.lower()}, @ben covers")
    told = ann.private(f"Ann Arbor is away until {_SOON}")
    told.expect_text("Ben Nevis is asked instead")
    told.screenshot(album / "slack-away.png")

    stage.submit(refund("1002"))
    card = stage.window("ben").card("order 1002")
    card.expect_text("Ben Nevis covers for Ann Arbor, who is away")
    card.screenshot(album / "slack-covered.png")
    posted = stage.slack.cards("support")[-1]
    assert "<@U01BEN>" in str(posted)
    assert "<@U01ANN>" not in str(posted)
    wait_until(lambda: "order 1002" in str(stage.slack.direct_messages("ben")), why="Ben's own copy")
    assert "order 1002" not in str(stage.slack.direct_messages("ann"))


def test_the_inbox_link_is_sent_privately_and_signs_in_once(
    set_stage: Callable[..., Stage], desktop_page: Page, phone_page: Page, album: Path
) -> None:
    stage = set_stage(viewport=_NARROW)
    stage.submit(refund())
    ben = stage.window("ben")

    ben.card(REFUND)
    ben.mention("inbox")
    told = ben.private("The link works once, for ten minutes")
    told.screenshot(album / "slack-inbox-link.png")
    (private,) = stage.slack.private_messages("support", "ben")
    found = re.search(rf"{re.escape(stage.placet.url)}/sign-in/[\w-]+", str(private))
    assert found is not None, private

    phone_page.goto(found[0])
    phone_page.screenshot(path=album / "web-sign-in.png")
    phone_page.get_by_role("button", name="Sign in").tap()
    expect(phone_page.locator("main")).to_contain_text(REFUND)

    desktop_page.goto(found[0])
    desktop_page.get_by_role("button", name="Sign in").click()
    expect(desktop_page.locator("main")).to_contain_text("inbox")
    expect(desktop_page.get_by_role("button", name="Sign in")).to_have_count(0)
    desktop_page.screenshot(path=album / "web-link-used.png")


def _threads(stage: Stage, words: str) -> list[dict[str, object]]:
    """Wait until the bot has said it in the channel or in a thread of it."""
    return wait_until(
        lambda: [m for m in stage.slack.messages("support") if words in str(m)],
        why=lambda: f"{words!r} in #support; there is {stage.slack.messages('support')}",
    )
