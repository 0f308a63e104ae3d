"""Callbacks as fast as they go: to healthy receivers alone, and beside one that never answers."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator, Sequence

import aiohttp

from bench.company import asking, working
from bench.figure import figure
from bench.filling import fill
from bench.reading import Reading, Unit
from bench.receivers import Receivers, SilentReceiver
from bench.run import Run

#: addresses of healthy receivers, each a destination of its own
HEALTHY = 40
#: what one client of the base keeps on its way, as Placet does
IN_FLIGHT = 64
#: how long until healthy receivers have everything (seconds)
PATIENCE = 120.0
#: most that a dead destination may slow down the others
SLOWED = 4.0


@figure("deliveries", once=True)
def deliveries(run: Run) -> Iterator[Reading]:
    """Callbacks a second, beside bare POSTs; and beside a dead destination with 20,000 waiting."""
    many, stuck = run.pick(2_000, 80), run.pick(20_000, 200)
    bare = Reading(name="bare POSTs/rate", value=many / asyncio.run(_bare(many)), unit=Unit.PER_SECOND)
    yield bare
    # To see that it works, one database is enough.
    for engine in run.engines[: run.pick(2, 1)]:
        with run.database(engine) as url:
            ideal = asyncio.run(_delivered(url, many, 0))
        with run.database(engine) as url:
            beside = asyncio.run(_delivered(url, many, stuck))
        yield Reading(name=f"callbacks/{engine}/rate", value=many / ideal, unit=Unit.PER_SECOND).beside(bare)
        alone = Reading(name=f"callbacks/{engine}/time", value=ideal, unit=Unit.SECONDS)
        yield alone
        slowed = Reading(name=f"callbacks beside a dead one/{engine}/time", value=beside, unit=Unit.SECONDS)
        yield slowed.beside(alone, bound=SLOWED)


async def _delivered(url: str, many: int, stuck: int) -> float:
    """Seconds from the first attempt at anything until every healthy receiver had everything."""
    async with Receivers(HEALTHY) as receivers, SilentReceiver() as silent:
        addresses: Sequence[str] = receivers.urls
        await asyncio.to_thread(fill, url, *((stuck, [silent.url]),) * (stuck > 0), (many, addresses))
        async with working(url):
            await receivers.have(many, PATIENCE)
        first_at = min([*receivers.arrived_at.values(), *silent.dialled_at])
        return max(receivers.arrived_at.values()) - first_at


async def _bare(many: int) -> float:
    """Seconds in which a client that does nothing else sends as many bodies of the same size."""
    async with Receivers(HEALTHY) as receivers, aiohttp.ClientSession() as http:
        bodies = iter(
            json.dumps({"data": {"approval": {"id": str(number)} | asking(number)}}) for number in range(many)
        )
        began_at = time.perf_counter()
        urls = receivers.urls
        await asyncio.gather(*(_post(http, urls[lane % HEALTHY], bodies) for lane in range(IN_FLIGHT)))
        return time.perf_counter() - began_at


async def _post(http: aiohttp.ClientSession, url: str, bodies: Iterator[str]) -> None:
    for body in bodies:
        async with http.post(url, data=body) as answer:
            await answer.read()
