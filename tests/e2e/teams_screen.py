"""What a person can read and press in the Playground's web page: messages and cards."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Self
from uuid import uuid4

from playwright.sync_api import Page, ViewportSize, expect

_MARK = "data-of-the-test"
#: pixels in which the tallest card is seen whole
_TALL = 1_800


class Card:
    """One card on the screen; it stays the same one when its words change."""

    def __init__(self, page: Page, mark: str) -> None:
        self.locator = page.locator(f'[{_MARK}="{mark}"] .ac-adaptiveCard')

    def text(self) -> str:
        """The words on screen now, buttons included."""
        return self.locator.inner_text()

    def expect_text(self, *parts: str) -> None:
        """Wait until every one of `parts` is on the card."""
        for part in parts:
            expect(self.locator).to_contain_text(part)

    def expect_no_text(self, *parts: str) -> None:
        """Wait until none of `parts` is on the card."""
        for part in parts:
            expect(self.locator).not_to_contain_text(part)

    def expect_buttons(self, *labels: str) -> None:
        """Wait until the card has exactly these buttons."""
        expect(self.locator.locator(".ac-actionSet button")).to_have_text(list(labels))

    def press(self, label: str) -> None:
        """Press the button with exactly this label."""
        self.locator.locator(".ac-actionSet button").filter(has_text=_exactly(label)).click()

    def fill(self, label: str, value: str) -> Self:
        """Type into the input with this label."""
        self.locator.get_by_label(label).fill(value)
        return self

    def value(self, label: str) -> str:
        """Wait for the text input with this label and return what stands in it."""
        return self.locator.get_by_label(label, exact=True).input_value()

    def choose(self, option: str) -> Self:
        """Choose one of several options that are all on the screen."""
        self.locator.get_by_label(option, exact=True).click()
        return self

    def screenshot(self, path: Path) -> Path:
        """Save a picture of the card alone and return where."""
        path.parent.mkdir(parents=True, exist_ok=True)
        page, size = self.locator.page, self.locator.page.viewport_size
        if size is not None:
            # The chat scrolls in a pane of its own, which would cut a card that is taller.
            page.set_viewport_size(ViewportSize(width=size["width"], height=_TALL))
        self.locator.screenshot(path=path, animations="disabled")
        if size is not None:
            page.set_viewport_size(size)
        return path


def newest_card(page: Page, text: str) -> Card:
    """Wait for the newest card on screen that contains `text` and return it."""
    found = page.locator(".ac-adaptiveCard").filter(has_text=text).last
    found.wait_for()
    # Updates redraw what is inside of this panel; the panel stays.
    mark = found.evaluate(
        """(card, [name, fresh]) => {
            const panel = card.closest('.ac-preview-panel').parentElement;
            if (!panel.hasAttribute(name)) panel.setAttribute(name, fresh);
            return panel.getAttribute(name);
        }""",
        [_MARK, uuid4().hex],
    )
    return Card(page, mark)


def _exactly(label: str) -> re.Pattern[str]:
    return re.compile(rf"^\s*{re.escape(label)}\s*$")
