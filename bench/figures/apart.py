"""What follows a press that one process takes and another carries out; and what both ask idle.

The base is the same at one process that does both: the difference is what it takes to be woken from afar.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack

import aiohttp
import psycopg

from bench.company import channel, serving
from bench.figure import Unmeasured, figure
from bench.presses import EACH, Followed, Pressing
from bench.reading import Reading, Unit
from bench.receivers import Receivers
from bench.run import POSTGRES, Run
from bench.slack import TimedSlack
from bench.times import times

WARM_UP = 6
#: until nothing is left over from the presses, and the server has counted them all: a connection that fell
#: silent tells what it did up to ten seconds later (PGSTAT_IDLE_INTERVAL in PostgreSQL's pgstat.c)
_REST = 12.0
#: most transactions a second of a process that has nothing to do
IDLE = 10.0
_COUNT = "SELECT xact_commit + xact_rollback FROM pg_stat_database WHERE datname = %s"


@figure("apart", once=True)
def apart(run: Run) -> Iterator[Reading]:
    """What follows a press that one process takes and another carries out, beside one that does both."""
    if POSTGRES not in run.databases:
        raise Unmeasured("Several processes need PostgreSQL.")
    many = run.pick(90, 4)
    with run.database(POSTGRES) as url:
        together = _readings("one process", asyncio.run(_pressed(url, run, many, doors=0))[0])
    with run.database(POSTGRES) as url:
        followed, idle = asyncio.run(_pressed(url, run, many, doors=1))
    for base, reading in zip(together, _readings("two processes", followed), strict=True):
        yield base
        yield reading.beside(base)
    yield Reading(name="idle/transactions", value=idle, unit=Unit.PER_SECOND, bound=IDLE)


async def _pressed(url: str, run: Run, many: int, *, doors: int) -> tuple[list[Followed], float]:
    """What followed so many presses, and how many transactions a second each process makes afterwards."""
    each = run.pick(EACH, 1)
    channels = -(-(many + WARM_UP) // each)
    async with AsyncExitStack() as stack:
        slack = await stack.enter_async_context(TimedSlack())
        receivers = await stack.enter_async_context(Receivers())
        for number in range(channels):
            slack.add_channel(channel(number))
        serve = serving(url, channels=channels, slack_api=slack.api_url)
        placet, headers = await stack.enter_async_context(serve)
        for _ in range(doors):
            door = serving(url, channels=channels, slack_api=slack.api_url, arguments=("--no-worker",))
            placet, headers = await stack.enter_async_context(door)
        slack.connect(placet.slack_request_url)
        agent = await stack.enter_async_context(aiohttp.ClientSession(placet.url, headers=headers))
        pressing = Pressing(slack, receivers)
        await pressing.prepare(agent, channels, each)
        await pressing.press(WARM_UP, in_flight=1)
        followed = await pressing.press(many, in_flight=1)
        return followed, await _idle(url, run) / (doors + 1) if doors else 0.0


async def _idle(url: str, run: Run) -> float:
    server, _, database = url.rpartition("/")
    await asyncio.sleep(run.pick(_REST, 1.0))
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        began_at, before = time.monotonic(), _transactions(connection, database)
        await asyncio.sleep(run.pick(20.0, 2.0))
        return (_transactions(connection, database) - before) / (time.monotonic() - began_at)


def _transactions(connection: psycopg.Connection[tuple[int]], database: str) -> int:
    row = connection.execute(_COUNT, [database]).fetchone()
    assert row is not None
    return row[0]


def _readings(where: str, followed: Sequence[Followed]) -> list[Reading]:
    kinds = ("answered", "shown", "told")
    return [
        reading
        for kind in kinds
        for reading in times(f"{kind}/{where}", [getattr(each, kind) for each in followed])
    ]
