"""Clocks of other machines are read off their answers."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from adapters.operations.doctor.clocks import agree
from tests.doctor.looking import GREEN, RED, SKIPPED, YELLOW, colours, one


class Watch:
    """A machine whose clock differs."""

    def __init__(self) -> None:
        self.by = timedelta(0)
        self.said: str | None = None

    async def on(self, request: web.Request) -> web.Response:
        told = format_datetime(datetime.now(UTC) + self.by, usegmt=True)
        return web.Response(status=404, headers={"Date": told if self.said is None else self.said})


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
async def url(watch: Watch) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_route("*", "/{anything:.*}", watch.on)
    async with TestServer(app) as server:
        yield f"http://127.0.0.1:{server.port}/api/x?y"


def now() -> datetime:
    return datetime.now(UTC)


async def test_clocks_that_agree_are_one_line_whatever_the_answer(url: str) -> None:
    found = one(await agree([url, url], now))

    assert (found.colour, found.sentence) == (GREEN, "This clock and 1 of 1 others on the network agree.")


@pytest.mark.parametrize(("seconds", "colour"), [(30, YELLOW), (-30, YELLOW), (400, RED), (-400, RED)])
async def test_a_clock_that_differs_is_told_with_the_host(
    watch: Watch, url: str, seconds: int, colour: str
) -> None:
    watch.by = timedelta(seconds=seconds)

    found = one(await agree([url], now))

    assert found.colour == colour
    assert found.about.startswith("127.0.0.1:")
    assert "time server" in found.remedy


async def test_who_does_not_answer_or_tells_no_time_is_passed_over(watch: Watch, url: str) -> None:
    watch.said = "noon"

    assert colours(await agree([url, "http://127.0.0.1:9"], now)) == [SKIPPED]
    assert colours(await agree([], now)) == [SKIPPED]
