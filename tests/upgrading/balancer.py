"""A balancer in front of several processes: each connection goes to one of those that run."""

from __future__ import annotations

import asyncio
import random
from contextlib import suppress


class Balancer:
    """Listens on loopback; `targets` are the ports that it passes connections on to."""

    def __init__(self, *, seed: int) -> None:
        self.targets: list[int] = []
        self._dice = random.Random(seed)
        self._server: asyncio.Server | None = None
        self._passing: set[asyncio.Task[None]] = set()

    async def open(self) -> str:
        """Begin; the address."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def shut(self) -> None:
        """Break every connection."""
        if self._server is not None:
            self._server.close()
        for task in tuple(self._passing):
            task.cancel()
        await asyncio.gather(*self._passing, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._passing.add(task)
        there: asyncio.StreamWriter | None = None
        try:
            answers, there = await asyncio.open_connection("127.0.0.1", self._dice.choice(self.targets))
            both = [
                asyncio.create_task(_pass(reader, there)),
                asyncio.create_task(_pass(answers, writer)),
            ]
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
            for each in both:
                each.cancel()
        except (OSError, IndexError, asyncio.CancelledError):
            pass
        finally:
            self._passing.discard(task)
            for end in (writer, there):
                if end is not None:
                    end.transport.abort()


async def _pass(source: asyncio.StreamReader, to: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await source.read(65536):
            to.write(data)
            await to.drain()
