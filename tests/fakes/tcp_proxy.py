"""A wire that a test can cut: passes bytes on to a server until it is told not to."""

import asyncio
from contextlib import suppress
from types import TracebackType
from typing import Self

from tests.ports import LOOPBACK, free_port


class TcpProxy:
    """Listens on loopback and passes everything on to a port there. `cut` and `mend` end and begin that."""

    def __init__(self, target: int) -> None:
        self.port = free_port()
        self._target = target
        self._server: asyncio.Server | None = None
        self._passing: set[asyncio.Task[None]] = set()
        self._flowing = asyncio.Event()

    async def __aenter__(self) -> Self:
        await self.mend()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.cut()

    async def mend(self) -> None:
        """Take connections again, at the same port."""
        self._flowing.set()
        if self._server is None:
            self._server = await asyncio.start_server(self._serve, LOOPBACK, self.port)

    async def cut(self) -> None:
        """Break every connection, and take no new one."""
        server, self._server = self._server, None
        if server is not None:
            server.close()
        for task in tuple(self._passing):
            task.cancel()
        await asyncio.gather(*self._passing, return_exceptions=True)

    def stall(self) -> None:
        """Keep connections and pass nothing on, until `mend`."""
        self._flowing.clear()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._passing.add(task)
        there: asyncio.StreamWriter | None = None
        try:
            answers, there = await asyncio.open_connection(LOOPBACK, self._target)
            await asyncio.gather(self._pass(reader, there), self._pass(answers, writer))
        except (OSError, asyncio.CancelledError):
            pass
        finally:
            self._passing.discard(task)
            for end in (writer, there):
                if end is not None:
                    end.transport.abort()

    async def _pass(self, source: asyncio.StreamReader, to: asyncio.StreamWriter) -> None:
        while data := await source.read(65536):
            await self._flowing.wait()
            to.write(data)
            await to.drain()
        with suppress(OSError, RuntimeError):
            to.write_eof()
