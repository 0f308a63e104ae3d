"""The dashboard as somebody reads it: its notices, its tables, its reasons, in words.

ann = await signed_in(world, "ann")
(await ann.get("/measures/rule")); rows(page)["small-credit"]["Approved"] == "98%"
"""

from __future__ import annotations

import html
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import NamedTuple

from tests.fakes.browser import Browser, Page
from tests.flows.world import World

_ROW = re.compile(r'<tr>\s*<th scope="row"><a href="[^"]*">(.*?)</a>.*?</th>(.*?)</tr>', re.DOTALL)
_CELL = re.compile(r'<td data-label="([^"]*)">(.*?)</td>', re.DOTALL)
_NOTICE = re.compile(r'<p class="concern">(.*?)</p><p>(.*?)</p></div><a class="button small" href="([^"]*)"')
_REASON = re.compile(r'<tr><th scope="row">([^<]*)</th><td><svg.*?</svg><a href="[^"]*">(\d+)</a>')
_REQUEST = re.compile(r'<article class="row[^"]*" id="(apr_\w+)"')
_TAG = re.compile(r"<[^>]*>")


@asynccontextmanager
async def signed_in(world: World, person: str) -> AsyncIterator[Browser]:
    """Somebody's browser."""
    assert world._server is not None
    browser = Browser(str(world._server.make_url("")).rstrip("/"))
    try:
        link = await world.app.sessions.create_link(person)
        await browser.send((await browser.get(f"/sign-in/{link}")).forms[0])
        yield browser
    finally:
        await browser.close()


def rows(page: Page) -> dict[str, dict[str, str]]:
    """The cells of each row by their columns."""
    found = _ROW.findall(page.text)
    return {
        _text(name): {label: _text(cell) for label, cell in _CELL.findall(cells)} for name, cells in found
    }


class Notice(NamedTuple):
    """Something that needs attention."""

    concern: str
    sentence: str
    #: the address of the requests that show it
    requests: str


def notices(page: Page) -> list[Notice]:
    """What needs attention, the gravest first."""
    return [Notice(*map(html.unescape, each)) for each in _NOTICE.findall(page.text)]


def reasons(page: Page) -> dict[str, int]:
    """Why people said no, and how often."""
    return {html.unescape(reason): int(count) for reason, count in _REASON.findall(page.text)}


def listed(page: Page) -> list[str]:
    """The requests that a page lists."""
    return _REQUEST.findall(page.text)


def _text(cell: str) -> str:
    return html.unescape(_TAG.sub("", cell)).strip()
