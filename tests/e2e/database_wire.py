"""The wire between the product and its PostgreSQL, which a test can cut and mend."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from urllib.parse import urlsplit, urlunsplit

from tests.fakes.tcp_proxy import TcpProxy


class DatabaseWire:
    """Stands before a server; `url` is the way through it. Its methods return when it is done."""

    def __init__(self, url: str) -> None:
        self._parts = urlsplit(url)
        assert self._parts.port is not None
        self._proxy = TcpProxy(self._parts.port)
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, daemon=True)

    @property
    def url(self) -> str:
        """The address of the same database, through the wire."""
        return urlunsplit(self._parts._replace(netloc=f"postgres@127.0.0.1:{self._proxy.port}"))

    def mend(self) -> None:
        """Let everything through."""
        asyncio.run_coroutine_threadsafe(self._proxy.mend(), self._loop).result(timeout=30)

    def cut(self) -> None:
        """Break every connection and refuse new ones, as a server that is down does."""
        asyncio.run_coroutine_threadsafe(self._proxy.cut(), self._loop).result(timeout=30)

    @contextmanager
    def open(self) -> Iterator[DatabaseWire]:
        """Carry bytes until the block ends."""
        self._thread.start()
        try:
            self.mend()
            yield self
            self.cut()
        finally:
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
            self._loop.close()
