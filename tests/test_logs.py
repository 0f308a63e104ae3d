"""Logging: nothing secret, and nothing that a stranger can fill the log with."""

import asyncio
import logging
from collections.abc import Iterator

import pytest
from aiohttp import web

from bot import logs


@pytest.fixture
def logged(capsys: pytest.CaptureFixture[str]) -> Iterator[pytest.CaptureFixture[str]]:
    """Logging as the server has it, undone afterwards."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    logs.configure(level="debug", json_lines=False)
    yield capsys
    root.handlers[:] = handlers
    root.setLevel(level)


async def test_a_malformed_request_puts_neither_its_key_nor_a_traceback_into_the_log(
    logged: pytest.CaptureFixture[str],
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

    written = logged.readouterr().err
    assert "plc_secret" not in written
    assert "Traceback" not in written


def test_other_failures_of_the_server_are_logged(logged: pytest.CaptureFixture[str]) -> None:
    logging.getLogger("aiohttp.server").error("Error handling request", exc_info=RuntimeError("Broken."))
    assert "Broken." in logged.readouterr().err
