"""Ann at her desk: the Playground's web page, on which she acts; it knows no other user."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from playwright.sync_api import Browser, Page, ViewportSize, expect

from .teams_screen import Card, newest_card
from .teams_server import TeamsServer
from .teams_tenant import BOT_NAME, TEAM_NAME
from .waiting import PATIENCE_S

DESKTOP = ViewportSize(width=1280, height=1100)


class TeamsDesk:
    """One window. Opening a chat installs the bot there; opening a first channel, in the whole team."""

    def __init__(self, browser: Browser, teams: TeamsServer, *, viewport: ViewportSize = DESKTOP) -> None:
        self._context = browser.new_context(viewport=viewport, locale="en-US", timezone_id="Europe/Berlin")
        self._context.set_default_timeout(PATIENCE_S * 1000)
        self.page: Page = self._context.new_page()
        self.page.goto(teams.url)
        self.page.get_by_title("Hide log panel").click()

    def open_channel(self, name: str) -> Self:
        """Go to a channel of the team."""
        return self._go_to(f"{TEAM_NAME} - {name}")

    def open_chat(self, name: str) -> Self:
        """Go to a chat: `Personal Chat`, or the name of a group chat."""
        return self._go_to(name)

    def mention(self, text: str) -> None:
        """Write a new post into the open channel, addressed to the bot."""
        self.page.locator('[contenteditable="true"]').first.click()
        self.page.keyboard.type(f"@{BOT_NAME[:3]}")
        self.page.get_by_role("menuitem", name=BOT_NAME).or_(
            self.page.locator(".fui-MenuItem__content").filter(has_text=BOT_NAME)
        ).first.click()
        self._wait_for_written(BOT_NAME)
        self.page.keyboard.type(f" {text}")
        self._wait_for_written(text)
        self.page.get_by_role("button", name="Post").click()

    def say(self, text: str) -> None:
        """Write into the open chat."""
        self.page.locator('[contenteditable="true"]').first.click()
        self.page.keyboard.type(text)
        self._wait_for_written(text)
        self.page.get_by_role("button", name="Send Message").click()

    def happen(self, what: str) -> None:
        """Let something happen to the app in the open chat, such as `Uninstall application`."""
        self.page.get_by_role("button", name="Mock an Activity").click()
        self.page.get_by_text(what, exact=True).click()
        self.page.get_by_role("button", name="Send activity").click()

    def expect_message(self, text: str) -> None:
        """Wait until something that contains `text` is in the open channel or chat."""
        found = self.page.get_by_text(text).first
        expect(found).to_be_visible()
        found.scroll_into_view_if_needed()

    def card(self, text: str) -> Card:
        """Wait for the newest card here that contains `text` and return it."""
        return newest_card(self.page, text)

    def follow(self, card: Card, label: str) -> Page:
        """Press a button that leads out of Teams; return the page that it opens."""
        with self.page.expect_popup() as opened:
            card.press(label)
        return opened.value

    def expect_no_card(self, text: str) -> None:
        """Assert that no card with `text` is here now."""
        expect(self.page.locator(".ac-adaptiveCard").filter(has_text=text)).to_have_count(0)

    def screenshot(self, path: Path) -> Path:
        """Save a picture of the window and return where."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=path, animations="disabled")
        return path

    def evidence(self, folder: Path) -> str:
        """Save what is on screen into `folder`; return its words and where the picture is."""
        picture = self.screenshot(folder / "failed-teams.png")
        return f"{picture}:\n{self.page.locator('body').inner_text()}"

    def close(self) -> None:
        """Close the window."""
        self._context.close()

    def _wait_for_written(self, text: str) -> None:
        expect(self.page.locator('[contenteditable="true"]').first).to_contain_text(text)

    def _go_to(self, name: str) -> Self:
        self.page.get_by_role("treeitem", name=name).click()
        return self
