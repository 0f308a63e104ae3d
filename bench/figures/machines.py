"""One, two and four processes on one PostgreSQL: what they take in together, and what they wait for.

Two cores are shared by load, processes and database, so the curve shows the least that more processes bring;
whether they would stand in each other's way on more machines shows in how long they wait for locks.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import ExitStack

from bench.exhibits import picture
from bench.figure import Unmeasured, figure
from bench.load import Load, post, run_load
from bench.lock_waits import LockWaits
from bench.policy import body
from bench.reading import Reading, Unit
from bench.run import POSTGRES, Run
from bench.servers import Server, started
from bench.svg import Point, lines
from bench.traffic import CONNECTIONS, pending, presses

PROCESSES = (1, 2, 4)
#: most of the time that writers may wait for locks
LOCKED = 0.05
#: samples without which a share says nothing
ENOUGH = 100


@figure("machines", rounds=2)
def machines(run: Run) -> Iterator[Reading]:
    """Intake and presses at one, two and four processes on one PostgreSQL, and their waits for locks."""
    if POSTGRES not in run.databases:
        raise Unmeasured("Several processes need PostgreSQL.")
    alone: dict[str, Reading] = {}
    for number in PROCESSES[: run.pick(3, 2)]:
        with ExitStack() as stack:
            url = stack.enter_context(run.database(POSTGRES))
            servers = [stack.enter_context(started("bench.placet_server", url)) for _ in range(number)]
            many = run.pick(6_000, 400) // number
            submissions = [_submissions(run, server, many) for server in servers]
            yield from _measured("intake", _loaded(url, servers, submissions, run), alone)
            ids = asyncio.run(pending(servers[0]))
            pressed = list(presses(ids))  # numbered before they are shared out: none is another's replay
            shares = [iter(pressed[part::number]) for part in range(number)]
            yield from _measured("press", _loaded(url, servers, shares, run), alone)


@picture("machines", "Requests a second at one, two and four processes")
def machines_picture(readings: Sequence[Reading]) -> str:
    """The curve."""
    series: dict[str, list[Point]] = {}
    for reading in readings:
        kind, _, rest = reading.name.partition("/")
        number, _, measure = rest.partition(" ")
        if measure.endswith("/rate"):
            series.setdefault(kind, []).append((float(number), reading.value))
    return lines("On one PostgreSQL and two cores", series, across="processes", up="a second")


def _loaded(
    url: str, servers: Sequence[Server], requests: Sequence[Iterator[bytes]], run: Run
) -> tuple[list[Load], LockWaits]:
    made = [iter(list(each)) for each in requests]
    with LockWaits(url) as waits:
        return asyncio.run(_together(servers, made, run)), waits


async def _together(servers: Sequence[Server], requests: Sequence[Iterator[bytes]], run: Run) -> list[Load]:
    number = len(servers)
    runs = (
        run_load(
            server.port,
            each,
            connections=CONNECTIONS // number,
            server_pid=server.pid,
            warm_up=run.pick(500, 50) // number,
        )
        for server, each in zip(servers, requests, strict=True)
    )
    return list(await asyncio.gather(*runs))


def _measured(kind: str, taken: tuple[list[Load], LockWaits], alone: dict[str, Reading]) -> Iterator[Reading]:
    loads, waits = taken
    name = f"{kind}/{len(loads)} {'process' if len(loads) == 1 else 'processes'}"
    rate = Reading(name=f"{name}/rate", value=sum(load.rate for load in loads), unit=Unit.PER_SECOND)
    base = alone.setdefault(kind, rate)
    yield rate if rate is base else rate.beside(base)
    slowest = max(load.p99 for load in loads)
    yield Reading(name=f"{name}/p99", value=slowest * 1000, unit=Unit.MILLISECONDS)
    bound = LOCKED if len(loads) > 1 and waits.samples >= ENOUGH else None
    yield Reading(name=f"{name}/waiting for locks", value=waits.locked, unit=Unit.SHARE, bound=bound)
    yield Reading(name=f"{name}/waiting for the log", value=waits.latched, unit=Unit.SHARE)


def _submissions(run: Run, server: Server, many: int) -> Iterator[bytes]:
    headers = f"Authorization: Bearer {server.api_key}\r\n"
    first = server.pid * 10_000  # each process is asked about something else
    for number in range(first, first + many):
        key = f"Idempotency-Key: {run.round}-{number}\r\n"
        yield post("/v1/approvals", body(number, "refund.issue"), headers + key)
