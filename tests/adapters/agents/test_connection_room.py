"""Room for connections: whoever does nothing gives way, and nobody is let in beyond the room there is."""

import asyncio
import resource
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import pytest
from aiohttp import web

from adapters.agents.connection_room import WANTED, ask_for_files, most_connections, wanted_files
from adapters.agents.patient_site import PatientSite

INFINITE = resource.RLIM_INFINITY
_ASK = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
_WAIT = b"GET /held HTTP/1.1\r\nHost: x\r\n\r\n"


class Guest:
    """Somebody who is connected."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def asks(self, what: bytes = _ASK) -> str:
        """The answer; empty when nobody answers any more."""
        self.writer.write(what)
        return await self.hears()

    async def hears(self) -> str:
        async with asyncio.timeout(25):
            try:
                head = await self.reader.readuntil(b"\r\n\r\n")
                return (await self.reader.readexactly(5)).decode() if b" 200 " in head else head.decode()
            except (asyncio.IncompleteReadError, ConnectionError):
                return ""


class House:
    """A site with room for three."""

    def __init__(self, site: PatientSite, held: asyncio.Event) -> None:
        self.site, self.held, self.waiting = site, held, asyncio.Semaphore(0)
        self.guests: list[Guest] = []

    async def guest(self) -> Guest:
        self.guests.append(Guest(*await asyncio.open_connection("127.0.0.1", self.site.port)))
        return self.guests[-1]


@asynccontextmanager
async def house() -> AsyncIterator[House]:
    held = asyncio.Event()

    async def hello(_: web.Request) -> web.Response:
        return web.Response(text="hello")

    async def hold(_: web.Request) -> web.Response:
        opened.waiting.release()
        await held.wait()
        return web.Response(text="later")

    app = web.Application()
    app.add_routes([web.get("/", hello), web.get("/held", hold)])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = PatientSite(runner, "127.0.0.1", 0, most=3)
    await site.start()
    opened = House(site, held)
    try:
        yield opened
    finally:
        held.set()
        for guest in opened.guests:
            guest.writer.close()
        await runner.cleanup()


async def test_the_oldest_who_asks_nothing_gives_way_to_whoever_comes() -> None:
    async with house() as opened:
        first, second, third = [await opened.guest() for _ in range(3)]
        assert [await each.asks() for each in (first, second, third)] == ["hello"] * 3

        assert await (await opened.guest()).asks() == "hello"
        assert await first.hears() == ""
        assert [await each.asks() for each in (second, third)] == ["hello"] * 2


async def test_whoever_waits_for_an_answer_gets_it_and_nobody_is_let_in_beyond() -> None:
    async with house() as opened:
        waiting = [asyncio.create_task((await opened.guest()).asks(_WAIT)) for _ in range(3)]
        async with asyncio.timeout(25):
            for _ in waiting:
                await opened.waiting.acquire()

        assert await (await opened.guest()).asks() == ""
        opened.held.set()
        assert await asyncio.gather(*waiting) == ["later"] * 3
        assert await (await opened.guest()).asks() == "hello"


async def test_who_left_takes_no_room() -> None:
    async with house() as opened:
        for _ in range(10):
            guest = await opened.guest()
            assert await guest.asks() == "hello"
            guest.writer.close()
            await guest.writer.wait_closed()


@pytest.mark.parametrize(
    ("soft", "hard", "wanted"),
    [
        (1024, 1_048_576, WANTED),
        (1024, 4096, 4096),
        (1024, INFINITE, WANTED),
        (1_048_576, 1_048_576, 1_048_576),
        (INFINITE, INFINITE, INFINITE),
    ],
)
def test_as_many_files_as_are_wanted_are_asked_for_and_never_fewer_than_there_are(
    soft: int, hard: int, wanted: int
) -> None:
    assert wanted_files(soft, hard) == wanted


@contextmanager
def _files(soft: int) -> Iterator[None]:
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)


def test_some_files_are_left_for_what_is_no_connection() -> None:
    with _files(800):
        assert most_connections() == 700
        ask_for_files()
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        assert soft == wanted_files(800, hard)
