"""What `placet demo` shows to somebody who looks at it for the first time."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from tests.ports import LOOPBACK, free_port

from .waiting import wait_until

_MOVES_ON_WITHIN_MS = 120_000


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[str]:
    """The address of a running demo."""
    port = free_port()
    log = tmp_path / "demo.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "bot.cli", "demo", "--port", str(port)],
            env={name: value for name, value in os.environ.items() if not name.startswith("PLACET_")},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        wait_until(lambda: f"{LOOPBACK}:{port}" in log.read_text(), why=log.read_text, timeout_s=120)
        yield f"http://{LOOPBACK}:{port}/"
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=60) == 0
    finally:
        process.kill()
        process.wait()


def test_a_visitor_approves_as_somebody_and_watches_the_agent_verify_it_and_a_request_move_on(
    demo: str, desktop_page: Page, album: Path
) -> None:
    page = desktop_page
    page.set_viewport_size(ViewportSize(width=1280, height=940))
    page.goto(demo)
    panel = page.get_by_label("The sample agent", exact=True)
    page.get_by_role("button", name="Ben", exact=True).click()
    expect(page.get_by_role("button", name="Ben", exact=True)).to_have_attribute("aria-pressed", "true")
    credit = page.locator("article").filter(has_text="Credit 15.00 EUR to Noor Haddad")

    credit.get_by_role("button", name="Approve").click()

    verified = panel.locator("li").filter(has_text="approval.approved").filter(has_text="Credit 15.00 EUR")
    expect(verified).to_contain_text("Signature verified")
    page.get_by_role("button", name="Ann", exact=True).click()
    refund = page.locator("article").filter(has_text="Refund 240.00 EUR")
    expect(refund).to_be_visible()
    refund.evaluate("card => scrollTo(0, card.offsetTop - 84)")
    page.screenshot(path=album / "web-inbox.png")

    moved_on = panel.locator("li").filter(has_text="approval.escalated").filter(has_text="Kestrel")
    expect(moved_on).to_contain_text("Step 2 is asked now", timeout=_MOVES_ON_WITHIN_MS)
    contract = page.locator("article").filter(has_text="Kestrel")
    expect(contract).to_contain_text("step 2 of 2")
