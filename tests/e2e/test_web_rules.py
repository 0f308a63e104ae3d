"""What runs by a rule, in the browser on a phone: hidden values, a blind verdict, an override, a rating."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from .ruled_policies import RULED, credit
from .stage import Stage
from .waiting import wait_until


def test_hidden_values_verdicts_overrides_and_ratings_on_a_phone(
    set_stage: Callable[..., Stage], phone_page: Page, pictures: Path
) -> None:
    stage = set_stage(**RULED)
    drawn, told = stage.submit(credit("150.00")), stage.submit(credit("20.00"))
    copy = stage.window("ben").card("Credit 20.00 EUR")
    stage.sign_in(phone_page, "ann")
    page = phone_page

    page.goto(f"{stage.placet.url}/requests/{drawn['id']}")
    expect(page.locator("main")).to_contain_text("Quality check: would you have approved this?")
    expect(page.locator("main")).not_to_contain_text("checked-credits")
    _picture(page, pictures / "quality-check.png")
    page.get_by_role("button", name="Show hidden values").tap()
    expect(page.locator("main")).to_contain_text("DE89370400440532013000")
    expect(page.locator("main")).to_contain_text("It is on record that you looked")
    _picture(page, pictures / "hidden-values.png")
    page.get_by_role("link", name="Back to the request").tap()
    expect(page.locator("main")).not_to_contain_text("DE89370400440532013000")
    page.get_by_role("button", name="I would approve").tap()
    expect(page.locator("main")).to_contain_text("Ann Arbor agreed, and would have approved it")
    expect(page.locator("main")).to_contain_text("Approved by the rule checked-credits")
    _picture(page, pictures / "quality-verdict.png")

    page.goto(f"{stage.placet.url}/requests/{told['id']}")
    expect(page.locator("main")).to_contain_text("owned by Ann Arbor")
    _picture(page, pictures / "notice.png")
    page.get_by_text("Override…", exact=True).tap()
    page.get_by_role("radio", name="A duplicate").tap()
    _picture(page, pictures / "override.png")
    page.get_by_role("button", name="Take the approval back").tap()
    expect(page.locator("main")).to_contain_text("Overridden by Ann Arbor: a duplicate")
    copy.expect_text("Overridden by Ann Arbor: a duplicate", "The agent is told not to act on it.")
    assert stage.agent.wait_for("approval.reverted").approval["id"] == told["id"]

    page.get_by_text("Rate…", exact=True).tap()
    page.get_by_role("radio", name="Wrong").tap()
    page.get_by_label("What was wrong").select_option(label="The amount is wrong")
    _picture(page, pictures / "rate.png")
    page.get_by_role("button", name="Save").tap()
    expect(page.locator("main")).to_contain_text("Ann Arbor rated it wrong: the amount is wrong")
    _picture(page, pictures / "rated.png")

    # Two weeks, because a week may end in the middle of this test.
    page.goto(f"{stage.placet.url}/measures?weeks=2")
    wait_until(lambda: _is_counted(page), why="both requests in the measures")
    expect(page.locator(".uplot canvas").first).to_be_visible()
    wait_until(
        lambda: page.locator(".uplot canvas").first.evaluate(_IS_DRAWN), why="a line in the first chart"
    )
    assert page.evaluate(_LEAST_STEP) == 1, "half a request is marked on the axis"
    _picture(page, pictures / "measures.png")
    page.locator(".tiles a").filter(has_text="Automatic").first.tap()
    expect(page.locator(f'article[id="{drawn["id"]}"]')).to_be_visible()
    _picture(page, pictures / "behind.png")
    page.locator(f'article[id="{told["id"]}"] a').first.tap()
    expect(page.locator("main")).to_contain_text("Overridden by Ann Arbor")


_IS_DRAWN = """canvas => canvas.getContext("2d")
    .getImageData(0, 0, canvas.width, canvas.height).data.some(channel => channel !== 0)"""
_LEAST_STEP = """async () => {
    const charts = document.querySelector('script[src*="charts"]').src;
    return (await import(new URL("chart_scales.js", charts))).marks("count").incrs[0];
}"""
_WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def _is_counted(page: Page) -> bool:
    page.reload()
    return page.locator(".tile-value").first.inner_text() == "2"


def _picture(page: Page, path: Path) -> None:
    assert page.evaluate(_WIDER) == 0, "it scrolls sideways"
    page.screenshot(path=path, full_page=True)
