"""Slow headers: who connects has to say something."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest_asyncio
from aiohttp import web

from adapters.agents.patient_site import PatientSite


async def _hello(_: web.Request) -> web.Response:
    await asyncio.sleep(0)
    return web.Response(text="hello")


@asynccontextmanager
async def _opened(patience: float) -> AsyncIterator[PatientSite]:
    app = web.Application()
    app.router.add_get("/", _hello)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    patient = PatientSite(runner, "127.0.0.1", 0, patience=patience)
    await patient.start()
    yield patient
    await runner.cleanup()


@pytest_asyncio.fixture
async def site() -> AsyncIterator[PatientSite]:
    async with _opened(0.05) as site:
        yield site


async def test_slow_headers_are_cut_off(site: PatientSite) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
    writer.write(b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ")
    async with asyncio.timeout(25):
        assert await reader.read() == b""
    writer.close()


async def test_a_connection_that_says_nothing_is_cut_off(site: PatientSite) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
    async with asyncio.timeout(25):
        assert await reader.read() == b""
    writer.close()


async def test_a_connection_that_asked_once_stays_open() -> None:
    connector = aiohttp.TCPConnector(limit=1)
    # Time enough to ask at all, on a busy machine too.
    async with _opened(1.0) as site, aiohttp.ClientSession(site.name, connector=connector) as session:
        async with session.get("/") as first:
            assert await first.text() == "hello"
        closed = asyncio.create_task(asyncio.wait_for(_gone(connector), 1.2))
        await asyncio.wait({closed})
        assert isinstance(closed.exception(), TimeoutError)
        async with session.get("/") as second:
            assert await second.text() == "hello"


async def _gone(connector: aiohttp.TCPConnector) -> None:
    while connector._conns:
        await asyncio.sleep(0.01)
