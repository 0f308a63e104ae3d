"""What a person can read and press in the emulator's web client: messages and modals."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Self

from playwright.sync_api import Locator, Page, expect


class Message:
    """One message on one person's screen."""

    def __init__(self, pane: Locator, ts: str) -> None:
        self.ts = ts
        self.locator = pane.locator(f'.msg[data-ts="{ts}"]')

    def text(self) -> str:
        """Return the words on screen now, buttons included."""
        return self.locator.locator(".msg-body").inner_text()

    def expect_text(self, *parts: str) -> None:
        """Wait until every one of `parts` is on the message."""
        for part in parts:
            expect(self.locator.locator(".msg-body")).to_contain_text(part)

    def expect_no_text(self, *parts: str) -> None:
        """Wait until none of `parts` is on the message."""
        for part in parts:
            expect(self.locator.locator(".msg-body")).not_to_contain_text(part)

    def buttons(self) -> list[str]:
        """Return the labels of the buttons, left to right."""
        return self.locator.locator(".bk-button").all_inner_texts()

    def expect_buttons(self, *labels: str) -> None:
        """Wait until the message has exactly these buttons; none when called with nothing."""
        expect(self.locator.locator(".bk-button")).to_have_text(list(labels))

    def press(self, label: str) -> None:
        """Press the button with exactly this label."""
        self.locator.locator(".bk-button").filter(has_text=_exactly(label)).click()

    def choose(self, option: str) -> None:
        """Choose an option of the message's menu that has it (select or overflow)."""
        menu = self.locator.locator("select.bk-select").filter(has_text=option).first
        # A menu that still shows the last choice would not notice the same choice again.
        menu.evaluate("menu => { menu.value = '' }")
        menu.select_option(label=option)

    def reply(self, text: str) -> None:
        """Write into this message's thread."""
        write_into(self._thread().locator(".composer"), text)

    def thread_reply(self, text: str) -> Message:
        """Wait for the newest message in this message's thread that contains `text` and return it."""
        return newest_message(self._thread().locator(".thread-body"), text)

    def screenshot(self, path: Path) -> Path:
        """Save a picture of the message alone and return where."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self.locator.screenshot(path=path)
        return path

    def _thread(self) -> Locator:
        pane = self.locator.page.locator(".thread-pane")
        if not pane.locator(f'.msg[data-ts="{self.ts}"]').count():
            self.locator.hover()
            self.locator.get_by_title("Reply in thread").click()
        expect(pane.locator(f'.msg[data-ts="{self.ts}"]')).to_be_visible()
        return pane


class Modal:
    """The modal on top of one person's screen."""

    def __init__(self, page: Page) -> None:
        self._box = page.locator(".modal")

    def title(self) -> str:
        """Return the modal's title."""
        return self._box.locator(".modal-title").inner_text()

    def text(self) -> str:
        """Return the words of the body now, labels, options and hints included."""
        return self._box.locator(".modal-body").inner_text()

    def expect_text(self, *parts: str) -> None:
        """Wait until every one of `parts` is in the body."""
        for part in parts:
            expect(self._box.locator(".modal-body")).to_contain_text(part)

    def fill(self, label: str, value: str) -> Self:
        """Type into the input with this label."""
        self._input(label).locator(".bk-plain-input").fill(value)
        return self

    def value(self, label: str) -> str:
        """Return what stands in the text input with this label."""
        return self._input(label).locator(".bk-plain-input").input_value()

    def choose(self, label: str, option: str) -> Self:
        """Choose `option` of the select, radio buttons or checkboxes with this label."""
        field = self._input(label)
        menu = field.locator("select")
        if menu.count():
            menu.select_option(label=option)
        else:
            field.locator(".bk-options").get_by_text(option, exact=True).click()
        return self

    def submit(self) -> None:
        """Press the submit button; what follows is for the caller to wait for."""
        self._box.locator(".modal-btn.primary").click()

    def close(self) -> None:
        """Leave without submitting."""
        self._box.locator(".modal-x").click()

    def expect_error(self, text: str) -> None:
        """Wait until the modal complains with `text`."""
        expect(self._box.locator(".modal-error").filter(has_text=text)).to_be_visible()

    def screenshot(self, path: Path) -> Path:
        """Save a picture of the modal alone and return where."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._box.screenshot(path=path)
        return path

    def _input(self, label: str) -> Locator:
        name = self._box.page.locator(".bk-label").filter(has_text=_exactly(label))
        return self._box.locator(".bk-input").filter(has=name)


def newest_message(pane: Locator, text: str) -> Message:
    """Wait for the newest message in `pane` that contains `text` and return it."""
    found = pane.locator(".msg").filter(has_text=text).last
    found.wait_for()
    ts = found.get_attribute("data-ts")
    assert ts is not None
    return Message(pane, ts)


def write_into(composer: Locator, text: str) -> None:
    """Send `text` from a composer."""
    composer.locator(".composer-input").fill(text)
    composer.locator(".composer-send").click()


def _exactly(label: str) -> re.Pattern[str]:
    return re.compile(rf"^\s*{re.escape(label)}\s*$")
