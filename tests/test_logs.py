"""Logging: nothing secret, and nothing that a stranger can fill the log with."""

import asyncio
import io
import logging
from collections.abc import Iterator

import pytest
from aiohttp import web

from tests.written_log import written_log


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """The log as the server writes it."""
    with written_log() as written:
        yield written


async def test_a_malformed_request_puts_neither_its_key_nor_a_traceback_into_the_log(
    logged: io.StringIO,
) -> None:
    runner = web.AppRunner(web.Application(), access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    _, port = runner.addresses[0]
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET / HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer plc_secret\x00\r\n\r\n")
    assert (await reader.readline()).split()[1] == b"400"
    writer.close()
    await writer.wait_closed()
    await runner.cleanup()

    written = logged.getvalue()
    assert "plc_secret" not in written
    assert "Traceback" not in written


def test_other_failures_of_the_server_are_logged(logged: io.StringIO) -> None:
    logging.getLogger("aiohttp.server").error("Error handling request", exc_info=RuntimeError("Broken."))
    assert "Broken." in logged.getvalue()
