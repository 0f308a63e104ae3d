"""Turns Block Kit into a picture, so that every state of a card can be looked at."""

from __future__ import annotations

import functools
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser

from tests.e2e.workspace import BOT_NAME, BOT_USER_ID, MEMBERS, ROOMS

_HERE = Path(__file__).parent
_ESBUILD = _HERE.parent / "node_modules/.bin/esbuild"
_SENT_AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def render_blocks(
    browser: Browser, blocks: Sequence[Mapping[str, Any]], path: Path, *, width: int = 700
) -> Path:
    """Draw `blocks` as one message, `width` pixels wide, into the PNG file `path`; return it.

    Raises AssertionError when the drawing library complains or draws nothing.
    """
    script, style = _bundle()
    page = browser.new_page(viewport={"width": width, "height": 400})
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    try:
        page.set_content(
            f"<style>{style} body {{ margin: 0 }} #message {{ padding: 12px }}</style><div id=message></div>"
        )
        page.add_script_tag(content=script)
        page.evaluate("given => drawBlocks(given)", _given(blocks))
        assert not complaints, f"the blocks cannot be drawn: {complaints}"
        drawn = page.locator("#message")
        assert drawn.inner_text().strip(), "the blocks draw nothing"
        path.parent.mkdir(parents=True, exist_ok=True)
        drawn.screenshot(path=path)
    finally:
        page.close()
    return path


def _given(blocks: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    people = [{"id": m.id, "name": m.real_name} for m in MEMBERS.values()]
    return {
        "blocks": [_without_verbatim(block) for block in blocks],
        "people": [*people, {"id": BOT_USER_ID, "name": BOT_NAME}],
        "channels": [{"id": room.id, "name": room.name} for room in ROOMS.values()],
        "sentAt": _SENT_AT.isoformat(),
    }


def _without_verbatim(value: Any) -> Any:
    """The drawing library takes `verbatim` for "no markup at all"; to Slack it is about automatic links."""
    if isinstance(value, Mapping):
        return {name: _without_verbatim(each) for name, each in value.items() if name != "verbatim"}
    return [_without_verbatim(each) for each in value] if isinstance(value, list | tuple) else value


@functools.cache
def _bundle() -> tuple[str, str]:
    """Return the drawing script and its style sheet, bundled once per run."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "blocks.js"
        command = [
            *(str(_ESBUILD), str(_HERE / "blocks.jsx"), "--bundle", "--jsx=automatic", f"--outfile={out}"),
            *('--define:process.env.NODE_ENV="production"', "--log-level=error"),
        ]
        subprocess.run(command, check=True)
        return out.read_text(), out.with_suffix(".css").read_text()
