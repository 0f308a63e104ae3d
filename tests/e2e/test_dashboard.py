"""The dashboard over three months of made-up history, in a real browser: it finds what is wrong in it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, ConsoleMessage, FloatRect, Page, ViewportSize, expect

from .conftest import PHONE
from .forks import Forks
from .history import SPAN, happened, policy
from .placet_process import PlacetProcess
from .waiting import wait_until

#: making the history up and measuring it takes as long as several tests
pytestmark = pytest.mark.timeout(400)

_WIDE = ViewportSize(width=1360, height=900)
_TOGETHER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def placet(tmp_path_factory: pytest.TempPathFactory, forks: Forks) -> Iterator[PlacetProcess]:
    """A running product whose database holds the history."""
    process = PlacetProcess(tmp_path_factory.mktemp("history"), forks, policy=policy())
    happened(process.environment["PLACET_DATABASE_URL"])
    process.start()
    yield process
    process.stop()


def sign_in(page: Page, placet: PlacetProcess, person: str) -> list[str]:
    """Follow a link into the inbox; what the browser complains about from then on."""
    complaints: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            complaints.append(message.text)

    page.on("console", listen)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(placet.run("inbox-link", "--person", person).strip())
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("#tabs")).to_contain_text("Measures")
    return complaints


def test_a_lead_finds_what_is_wrong_and_the_requests_behind_it(
    placet: PlacetProcess, browser: Browser, album: Path, pictures: Path
) -> None:
    with browser.new_context(viewport=_WIDE, locale="en-US", device_scale_factor=1) as context:
        page = context.new_page()
        complaints = sign_in(page, placet, "ann")
        page.goto(f"{placet.url}/measures?{SPAN}")
        notices = page.locator(".stands-out li")
        for concern, words in {
            "Drift": "support-bot 2.2",
            "Rubber stamp": "Sam Field",
            "Overload": "Olive Hart",
            "Confidence": "outreach-bot",
            "Ceremony": "address.update",
        }.items():
            expect(notices.filter(has_text=concern)).to_contain_text(words)
        expect(page.locator(".uplot canvas").first).to_be_visible()
        top = FloatRect(x=0, y=0, width=1360, height=1480)
        page.screenshot(path=album / "web-measures.png", clip=top, full_page=True)
        page.screenshot(path=pictures / "overview.png", full_page=True)

        notices.filter(has_text="Rubber stamp").get_by_role("link").click()
        expect(page.get_by_role("heading", level=1)).to_have_text(
            "Approved faster than the packet can be read"
        )
        first = page.locator("article.row").first
        first.get_by_role("link").first.click()
        expect(page.locator("main")).to_contain_text("Approved by Sam Field")
        assert complaints == []


def test_every_table_answers_at_once_and_fits(
    placet: PlacetProcess, browser: Browser, pictures: Path
) -> None:
    with browser.new_context(viewport=_WIDE, locale="en-US") as context:
        page = context.new_page()
        complaints = sign_in(page, placet, "ann")
        for name in ("rule", "agent", "agent_version", "action", "reviewer", "channel", "week", "mode"):
            address = f"{placet.url}/measures/{name}?{SPAN}"
            wait_until(partial(_answers_at_once, page, address), why=f"{name} within a second")
            page.screenshot(path=pictures / f"{name}.png", full_page=True)
            assert page.evaluate(_TOGETHER) == 0
            inner = "table => table.scrollWidth - table.parentElement.clientWidth"
            assert page.locator(".rows-table").evaluate(inner) <= 1, name
        assert complaints == []


def _answers_at_once(page: Page, address: str) -> bool:
    """Whether it began within a second; a busy machine may spoil a few attempts."""
    answered = page.goto(address)
    assert answered is not None
    return answered.request.timing["responseStart"] < 1_000


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_a_phone_everything_fits(
    placet: PlacetProcess, browser: Browser, pictures: Path, scheme: Literal["light", "dark"]
) -> None:
    with browser.new_context(
        viewport=PHONE, locale="en-US", is_mobile=True, has_touch=True, color_scheme=scheme
    ) as context:
        page = context.new_page()
        complaints = sign_in(page, placet, "ann")
        for name in ("", "/rule", "/reviewer", "/requests"):
            page.goto(f"{placet.url}/measures{name}?{SPAN}")
            expect(page.get_by_role("heading", level=1)).to_be_visible()
            page.screenshot(path=pictures / f"{name.strip('/') or 'overview'}.png", full_page=True)
            assert page.evaluate(_TOGETHER) == 0, name
        assert complaints == []


def test_without_scripts_the_tables_say_the_same(
    placet: PlacetProcess, browser: Browser, pictures: Path
) -> None:
    with browser.new_context(viewport=_WIDE, locale="en-US", java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(placet.run("inbox-link", "--person", "lea").strip())
        page.get_by_role("button", name="Sign in").click()
        page.goto(f"{placet.url}/measures?{SPAN}")
        page.screenshot(path=pictures / "overview.png", full_page=True)

        expect(page.locator("#volume-table table")).to_be_visible()
        expect(page.locator("#volume-table tbody tr")).to_have_count(13)
        page.get_by_label("Agent").select_option("support-bot")
        page.get_by_role("button", name="Show").click()
        expect(page.locator(".chosen")).to_contain_text("support-bot")
        expect(page.locator(".stands-out")).to_contain_text("refund.issue")
        expect(page.locator(".stands-out")).not_to_contain_text("outreach-bot")
