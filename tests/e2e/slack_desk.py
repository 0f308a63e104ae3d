"""People at their desks: each has a window of the emulator's web client and acts as themselves."""

from __future__ import annotations

import json
from pathlib import Path
from types import TracebackType
from typing import Self

from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect

from .slack_screen import Message, Modal, newest_message, write_into
from .slack_server import SlackServer
from .waiting import PATIENCE_S
from .workspace import BOT_NAME, MEMBERS, Member

_ONE_PERSON = (Path(__file__).parent / "one_person.js").read_text()
DESKTOP = ViewportSize(width=1280, height=900)


class Desk:
    """The office: one window per person, opened when first asked for.

    The emulator has one modal for the whole workspace, so only one person at a time may have one open.
    """

    def __init__(self, browser: Browser, slack: SlackServer, *, viewport: ViewportSize = DESKTOP) -> None:
        self._browser = browser
        self._slack = slack
        self._viewport = viewport
        self._windows: dict[str, tuple[BrowserContext, Window]] = {}

    def as_user(self, name: str) -> Window:
        """Return the window of `ann`, `ben`, `cat` or `stranger`; always the same one for the same name."""
        if name not in self._windows:
            self._windows[name] = self._open(MEMBERS[name])
        return self._windows[name][1]

    def evidence(self, folder: Path) -> str:
        """Save what everybody sees into `folder`; return their words and where the pictures are."""
        seen = []
        for name, (_, window) in self._windows.items():
            picture = window.screenshot(folder / f"failed-{name}.png")
            seen.append(f"{name} ({picture}):\n{window.page.locator('main').inner_text()}")
        return "\n\n".join(seen)

    def close(self) -> None:
        """Close every window."""
        for context, _ in self._windows.values():
            context.close()
        self._windows.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _tb: TracebackType | None
    ) -> None:
        self.close()

    def _open(self, member: Member) -> tuple[BrowserContext, Window]:
        context = self._browser.new_context(
            viewport=self._viewport, locale="en-US", timezone_id="Europe/Berlin"
        )
        context.set_default_timeout(PATIENCE_S * 1000)
        context.add_init_script(f"window.placetPerson = {json.dumps(member.id)};\n{_ONE_PERSON}")
        page = context.new_page()
        page.goto(self._slack.url)
        page.locator(".actas select").last.select_option(member.id)
        return context, Window(page, member)


class Window:
    """What one person sees and does."""

    def __init__(self, page: Page, member: Member) -> None:
        self.page = page
        self._member = member

    def open_channel(self, name: str) -> Self:
        """Go to a channel by its name."""
        return self._go_to(name)

    def open_bot_messages(self) -> Self:
        """Go to this person's direct messages with the bot; there must be some."""
        return self._go_to(self._member.real_name)

    def card(self, text: str) -> Message:
        """Wait for the newest message of the open channel that contains `text` and return it.

        The result stays the same message when its words change.
        """
        return newest_message(self.page.locator("main .messages"), text)

    def private(self, text: str) -> Message:
        """Wait for a message containing `text` that only this person sees."""
        message = self.card(text)
        expect(message.locator.locator(".badge-eph")).to_be_visible()
        return message

    def expect_no_card(self, text: str) -> None:
        """Assert that no message with `text` is in the open channel now."""
        expect(self.page.locator("main .messages .msg").filter(has_text=text)).to_have_count(0)

    def card_texts(self) -> list[str]:
        """Return the words of every message in the open channel, oldest first."""
        return self.page.locator("main .messages .msg .msg-body").all_inner_texts()

    def say(self, text: str) -> None:
        """Write into the open channel; `@placet` and `#support` become mentions as in Slack."""
        write_into(self.page.locator("main .composer"), text)

    def mention(self, text: str) -> None:
        """Write into the open channel, addressed to the bot."""
        self.say(f"@{BOT_NAME} {text}")

    def modal(self, title: str | None = None) -> Modal:
        """Wait until a modal is open before this person (titled `title`, if given) and return it."""
        box = self.page.locator(".modal")
        expect(box).to_be_visible()
        if title is not None:
            expect(box.locator(".modal-title")).to_have_text(title)
        return Modal(self.page)

    def expect_bot_online(self, *, timeout_s: float = 30.0) -> None:
        """Wait until the bot is connected in Socket Mode; without it every press would be lost."""
        expect(self.page.locator(".app-status .status")).to_have_text("connected", timeout=timeout_s * 1000)

    def expect_no_modal(self) -> None:
        """Wait until this person has no modal open."""
        expect(self.page.locator(".modal")).to_have_count(0)

    def screenshot(self, path: Path) -> Path:
        """Save a picture of the window and return where."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=path)
        return path

    def _go_to(self, name: str) -> Self:
        entry = self.page.locator(".sidebar-item").filter(has_text=name).first
        entry.click()
        expect(self.page.locator(".channel-title")).to_contain_text(name)
        return self
