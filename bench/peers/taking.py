"""What a server takes: requests and decisions a second, and how soon the agent is told of a decision."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Self

import aiohttp
from aiohttp import web

from bench.figure import Unmeasured
from bench.peers.caller import Caller, Refused

#: what is not measured: connections are opened, caches filled
_WARM_UP = 8
#: seconds that a callback may take
_TOLD_WITHIN = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What a server came to."""

    #: a second
    created: float
    decided: float
    #: seconds from sending a decision to its callback's arrival, nothing else under way
    told: tuple[float, ...]
    #: answers that were errors, of all
    refused: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """How much is measured."""

    #: requests, of which as many are decided as can be
    many: int
    in_flight: int
    #: seconds after which nothing new is sent, for each of the two rates and for the callbacks
    seconds: float
    callbacks: int


async def taken(caller: Caller, amount: Amount) -> Taken:
    """Measure a server that has just started."""
    for number in range(_WARM_UP):
        await caller.decide(await caller.create(number))
    numbers = range(_WARM_UP, _WARM_UP + amount.many)
    created = await _through(numbers, caller.create, amount)
    decided = await _through(created.results, caller.decide, amount)
    sent = created.sent + decided.sent
    async with Told() as told:
        seconds = await _callbacks(caller, told, amount)
    return Taken(
        created=created.rate,
        decided=decided.rate,
        told=tuple(seconds),
        refused=1 - (len(created.results) + len(decided.results)) / sent,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lanes:
    results: list[str]
    rate: float
    sent: int


async def _through(
    units: Sequence[int] | Sequence[str], do: Callable[..., Awaitable[str | None]], amount: Amount
) -> _Lanes:
    """So many at a time; each lane goes on when it is answered."""
    left, results, sent = iter(units), list[str](), 0
    began_at = time.perf_counter()

    async def lane() -> None:
        nonlocal sent
        for unit in left:
            sent += 1
            # What is missing among the results is counted.
            with suppress(Refused, aiohttp.ClientError, TimeoutError):
                results.append(str(await do(unit)))
            if time.perf_counter() - began_at > amount.seconds:
                return

    await asyncio.gather(*(lane() for _ in range(amount.in_flight)))
    if not results:
        raise Unmeasured("Every answer was an error.")
    return _Lanes(results=results, rate=len(results) / (time.perf_counter() - began_at), sent=sent)


async def _callbacks(caller: Caller, told: Told, amount: Amount) -> list[float]:
    """One after the other, for as long as there is time."""
    seconds: list[float] = []
    began_at = time.perf_counter()
    for number in _numbers(amount):
        url, arrived = told.expected(number)
        request_id = await caller.create(number, url)
        sent_at = time.perf_counter()
        await caller.decide(request_id)
        try:
            async with asyncio.timeout(_TOLD_WITHIN):
                seconds.append(await arrived - sent_at)
        except TimeoutError:
            raise Unmeasured(f"No callback came within {_TOLD_WITHIN:.0f} seconds.") from None
        if time.perf_counter() - began_at > amount.seconds:
            break
    return seconds


def _numbers(amount: Amount) -> Iterator[int]:
    first = _WARM_UP + amount.many
    return iter(range(first, first + amount.callbacks))


class Told:
    """An agent platform that takes any callback; each decision has an address of its own."""

    def __init__(self) -> None:
        self._expected: dict[str, asyncio.Future[float]] = {}

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_post("/told/{number}", self._receive)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    def expected(self, number: int) -> tuple[str, asyncio.Future[float]]:
        """An address, and when something first came there, by `time.perf_counter`."""
        arrived: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        self._expected[str(number)] = arrived
        return f"http://127.0.0.1:{self._runner.addresses[0][1]}/told/{number}", arrived

    async def _receive(self, request: web.Request) -> web.Response:
        arrived_at = time.perf_counter()
        await request.read()
        arrived = self._expected[request.match_info["number"]]
        if not arrived.done():
            arrived.set_result(arrived_at)
        return web.Response()
