"""How long the pages of the dashboard take over a made-up year, asked as a browser asks for them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from aiohttp import ClientSession, CookieJar
from aiohttp.test_utils import TestServer

from bench.history.company import STAMPER, Scale
from bench.history.measuring import whole
from bench.history.policy import OWNER, policy
from bot.app import App
from bot.demo.forms import forms_of
from bot.domain.measures.query import Dimension
from bot.policy import parse_policy
from bot.settings import Settings

#: each page is asked for so often, and the fastest answer counts
_TIMES = 3


def page_times(url: str, folder: Path, scale: Scale) -> list[tuple[str, float]]:
    """Each page with the seconds it took, for a lead of everything; raises where one does not answer."""
    return asyncio.run(_timed(url, folder, scale))


async def _timed(url: str, folder: Path, scale: Scale) -> list[tuple[str, float]]:
    text = policy(scale)
    (folder / "policy.yml").write_text(text)
    settings = Settings.model_validate(
        {"database_url": url, "policy": folder / "policy.yml", "secret_key": ("history-" * 5,)}
    )
    app = App(settings, parse_policy(text))
    await app.start()
    try:
        async with TestServer(app.http()) as server, ClientSession(cookie_jar=CookieJar(unsafe=True)) as http:
            site = str(server.make_url("")).rstrip("/")
            await _sign_in(http, f"{site}/sign-in/{await app.sessions.create_link(OWNER)}", site)
            return [(name, await _asked(http, f"{site}{path}")) for name, path in _pages(scale)]
    finally:
        await app.close()


def _pages(scale: Scale) -> Iterator[tuple[str, str]]:
    period = whole(scale).period
    span = f"from={period.from_}&until={period.until - timedelta(days=1)}"
    yield "overview", f"/measures?{span}"
    for by in Dimension:
        yield f"by {by}", f"/measures/{by}?{span}"
    yield "requests behind errors", f"/measures/requests?{span}&behind=errors"
    hasty = f"/measures/requests?{span}&behind=hasty&reviewer={STAMPER}"
    yield "requests behind hasty approvals", hasty
    yield "inbox", "/"


async def _sign_in(http: ClientSession, link: str, site: str) -> None:
    async with http.get(link) as response:
        form = forms_of(await response.text())[0]
    async with http.post(link, data=form.fields, headers={"Origin": site}) as response:
        response.raise_for_status()


async def _asked(http: ClientSession, address: str) -> float:
    took = []
    for _ in range(_TIMES):
        began = time.perf_counter()
        async with http.get(address) as response:
            response.raise_for_status()
            await response.read()
        took.append(time.perf_counter() - began)
    return min(took)
