"""Turns an Adaptive Card into a picture, so that every state of a card can be looked at."""

from __future__ import annotations

import functools
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser

_HERE = Path(__file__).parent
_ESBUILD = _HERE.parent / "node_modules/.bin/esbuild"
# Teams' buttons, which the renderer leaves to its host.
_STYLE = """
body { margin: 0; background: #f5f5f5; font-family: "Segoe UI", Helvetica, Arial, sans-serif }
#message { padding: 12px; overflow-wrap: anywhere }
.ac-adaptiveCard { border: 1px solid #e0e0e0; border-radius: 4px }
.ac-pushButton { padding: 5px 12px; border: 1px solid #d1d1d1; border-radius: 4px; background: #fff;
  font: 600 14px "Segoe UI", Helvetica, Arial, sans-serif; white-space: nowrap }
.ac-pushButton.style-positive { background: #5b5fc7; border-color: #5b5fc7; color: #fff }
.ac-pushButton.style-destructive { color: #c4314b }
.ac-input { font: 14px "Segoe UI", Helvetica, Arial, sans-serif; box-sizing: border-box }
"""


def render_card(
    browser: Browser, card: Mapping[str, Any], path: Path, *, width: int = 390, zone: str = "Europe/Berlin"
) -> str:
    """Draw the card, `width` pixels wide, for somebody in this time zone, into the PNG file `path`.

    Returns the text that one sees. Raises AssertionError when the renderer complains or draws nothing.
    """
    context = browser.new_context(
        viewport={"width": width, "height": 400}, timezone_id=zone, locale="en-GB", device_scale_factor=1
    )
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    try:
        page.set_content(f"<style>{_STYLE}</style><div id=message></div>")
        page.add_script_tag(content=_script())
        faults += page.evaluate("given => drawCard(given)", dict(card))
        assert not faults, f"the card cannot be drawn: {faults}"
        drawn = page.locator("#message")
        seen = drawn.inner_text().strip()
        assert seen, "the card draws nothing"
        assert page.locator("a").count() == 0, "the card holds a link"
        assert page.evaluate("document.body.scrollWidth") <= width, "the card is wider than the screen"
        path.parent.mkdir(parents=True, exist_ok=True)
        drawn.screenshot(path=path)
        return seen
    finally:
        context.close()


@functools.cache
def _script() -> str:
    """The drawing script, bundled once per run."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "adaptive.js"
        command = [str(_ESBUILD), str(_HERE / "adaptive.js"), "--bundle", f"--outfile={out}"]
        subprocess.run([*command, "--log-level=error"], check=True)
        return out.read_text()
