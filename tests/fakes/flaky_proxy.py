"""A real HTTP proxy on loopback that mistreats what passes through it, as a seed says.

async with FlakyProxy(seed=1, mischief=[mischief.refused, mischief.html]) as proxy:
    url = proxy.before("http://127.0.0.1:8080")    # talk to this instead
    proxy.misbehaves(0.3)                          # of what passes through
    proxy.misbehaves(0)                            # it only passes on
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Self, TypeAlias

import aiohttp
from aiohttp import web

_HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "host"}


@dataclass(frozen=True, slots=True)
class Answer:
    """What the service behind answered."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def response(self) -> web.Response:
        """The same for whoever asked."""
        return web.Response(status=self.status, headers=self.headers, body=self.body)


@dataclass(frozen=True, slots=True, kw_only=True)
class Passing:
    """One request on its way."""

    request: web.Request
    dice: random.Random
    #: carries the request out
    pass_on: Callable[[], Awaitable[Answer]]

    def cut(self) -> web.Response:
        """Break the connection; nothing of what is returned arrives."""
        if self.request.transport is not None:
            self.request.transport.abort()
        return web.Response()


Mischief: TypeAlias = Callable[[Passing], Awaitable[web.StreamResponse]]


class FlakyProxy:
    """Before one service."""

    def __init__(self, *, seed: int, mischief: Sequence[Mischief]) -> None:
        #: how often each mischief was done
        self.done: Counter[str] = Counter()
        self.calls = 0
        self._dice, self._mischief = random.Random(seed), mischief
        self._share = 0.0
        self._target = ""
        self._port = 0
        self._runner: web.AppRunner | None = None
        self._http: aiohttp.ClientSession | None = None

    @property
    def url(self) -> str:
        """Its own address."""
        return f"http://127.0.0.1:{self._port}"

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=16 * 1024 * 1024)
        app.router.add_route("*", "/{path:.*}", self._on)
        self._http = aiohttp.ClientSession(auto_decompress=False)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port).start()
        self._port = self._runner.addresses[0][1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._runner is not None
        assert self._http is not None
        await self._runner.cleanup()
        await self._http.close()

    def before(self, target: str) -> str:
        """Pass on to this service; the address to talk to instead."""
        self._target = target.rstrip("/")
        return self.url

    def misbehaves(self, share: float) -> None:
        """From now on with such a share of what passes through, from 0 to 1."""
        self._share = share

    async def _on(self, request: web.Request) -> web.StreamResponse:
        self.calls += 1
        body = await request.read()

        async def pass_on() -> Answer:
            return await self._passed(request, body)

        if self._dice.random() >= self._share:
            return (await pass_on()).response()
        chosen = self._dice.choice(self._mischief)
        self.done[chosen.__name__] += 1
        return await chosen(Passing(request=request, dice=self._dice, pass_on=pass_on))

    async def _passed(self, request: web.Request, body: bytes) -> Answer:
        assert self._http is not None
        headers = {k: v for k, v in request.headers.items() if k.lower() not in _HOP_BY_HOP}
        async with self._http.request(
            request.method,
            f"{self._target}{request.raw_path}",
            data=body or None,
            headers=headers,
            allow_redirects=False,
        ) as answer:
            given = {k: v for k, v in answer.headers.items() if k.lower() not in _HOP_BY_HOP}
            return Answer(answer.status, given, await answer.read())
