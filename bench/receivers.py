"""Agent platforms that take callbacks and note when each came, and one that never answers."""

from __future__ import annotations

import asyncio
import json
import time
from typing import Self

from aiohttp import web

from bench.patience import patience


class Receivers:
    """So many servers on ports of their own, each a destination of its own."""

    def __init__(self, many: int = 1) -> None:
        self._many = many
        #: `time.perf_counter` of the first arrival of each request's callback
        self.arrived_at: dict[str, float] = {}
        self._awaited: dict[str, asyncio.Future[float]] = {}
        self._changed = asyncio.Event()

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_post("/", self._receive)
        self._runner = web.AppRunner(app, access_log=None, keepalive_timeout=600)
        await self._runner.setup()
        for _ in range(self._many):
            await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    @property
    def urls(self) -> list[str]:
        """Where they are."""
        return [f"http://127.0.0.1:{address[1]}/" for address in self._runner.addresses]

    def told(self, request_id: str) -> asyncio.Future[float]:
        """When this request's callback has arrived, by `time.perf_counter`."""
        future: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        self._awaited[request_id] = future
        return future

    async def have(self, many: int, within: float) -> None:
        """Return when so many requests' callbacks have come; raises `Unmeasured` after so many seconds."""
        async with patience(within, f"{many} callbacks"):
            while len(self.arrived_at) < many:
                self._changed.clear()
                await self._changed.wait()

    async def _receive(self, request: web.Request) -> web.Response:
        body = await request.read()
        arrived_at = time.perf_counter()
        request_id = json.loads(body)["data"]["approval"]["id"]
        self.arrived_at.setdefault(request_id, arrived_at)
        future = self._awaited.pop(request_id, None)
        if future is not None and not future.done():
            future.set_result(arrived_at)
        self._changed.set()
        return web.Response()


class SilentReceiver:
    """Accepts every connection and never answers: the dead destination that costs most."""

    def __init__(self) -> None:
        #: `time.perf_counter` of each connection
        self.dialled_at: list[float] = []

    async def __aenter__(self) -> Self:
        self._over = asyncio.Event()
        self._server = await asyncio.start_server(self._listen, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._over.set()
        self._server.close()

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/"

    async def _listen(self, _: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.dialled_at.append(time.perf_counter())
        await self._over.wait()
        writer.close()
