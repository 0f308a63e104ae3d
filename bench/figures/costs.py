"""What one request costs: CPU by who spends it, and bytes that stay stored."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from functools import partial

from bench.bars import bars_of
from bench.exhibits import picture
from bench.figure import figure
from bench.load import Load
from bench.processes import cpu_seconds
from bench.reading import Reading, Unit
from bench.run import Run
from bench.servers import Server, started
from bench.stored import database_processes, stored_bytes
from bench.traffic import echoed, load_of, pending, presses, request_count, submissions


@figure("costs", rounds=2)
def costs(run: Run) -> Iterator[Reading]:
    """CPU of event loop, writer and database for one request, and what it takes of the disk."""
    with ExitStack() as stack:
        echo = echoed(run, stack.enter_context(started("bench.echo_server")))
        base = Reading(name="echo/CPU in all", value=echo.cpu, unit=Unit.MICROSECONDS)
        yield base
        # To see that it works, one database is enough.
        for engine in run.engines[: run.pick(2, 1)]:
            url = stack.enter_context(run.database(engine))
            server = stack.enter_context(started("bench.placet_server", url))
            empty = stored_bytes(url)
            yield from _spent(f"intake/{engine}", url, partial(_submitted, run, server), base)
            asked = stored_bytes(url)
            yield from _spent(f"press/{engine}", url, partial(_pressed, run, server), base)
            decided = stored_bytes(url)
            for name, size in (("intake", asked - empty), ("press", decided - asked)):
                each = size / request_count(run)
                yield Reading(name=f"{name}/{engine}/stored", value=each, unit=Unit.BYTES)


def _submitted(run: Run, server: Server) -> Load:
    return load_of(run, server, submissions(run, server, "intake"))


def _pressed(run: Run, server: Server) -> Load:
    return load_of(run, server, presses(asyncio.run(pending(server))))


def _spent(name: str, url: str, take: Callable[[], Load], echo: Reading) -> Iterator[Reading]:
    processes = database_processes(url)
    before = _seconds(processes)
    load = take()
    database = (_seconds(processes) - before) * 1e6 / load.requests
    parts = {"event loop": load.loop_cpu, "writer": load.cpu - load.loop_cpu}
    if processes:
        parts["database"] = database
    for part, spent in parts.items():
        yield Reading(name=f"{name}/{part}", value=spent, unit=Unit.MICROSECONDS)
    yield Reading(name=f"{name}/CPU in all", value=sum(parts.values()), unit=Unit.MICROSECONDS).beside(echo)


def _seconds(processes: Sequence[int]) -> float:
    return sum(sum(cpu_seconds(pid).values()) for pid in processes)


@picture("costs", "CPU that one request takes of event loop, writer and database together")
def costs_picture(readings: Sequence[Reading]) -> str:
    """CPU of one request in all."""
    return bars_of(readings, "CPU in all", "CPU of one request, the database's included")
