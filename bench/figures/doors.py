"""Durable intake, presses and automatic rulings over HTTP, as shares of a bare aiohttp JSON echo.

A share is taken within one round, and the runs are interleaved (echo, SQLite, PostgreSQL, echo, …), so that
a machine whose speed drifts drifts for all of them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from typing import Any

from bench.door import press
from bench.exhibits import picture, rows_table, table
from bench.figure import figure
from bench.load import Load, post, run_load
from bench.placet_server import SECRET_KEY
from bench.policy import body
from bench.reading import Reading, Unit
from bench.run import POSTGRES, SPELLED, SQLITE, Run
from bench.servers import Server, started
from bench.spelling import digits, limit, ratio, spelled
from bench.svg import Bar, bars
from bot.secrets import SecretBox

CONNECTIONS = 64

#: floors of the rate, as shares of the echo's in the same round
FLOORS = {
    ("intake", SQLITE): 0.65,
    ("intake", POSTGRES): 0.35,
    ("press", SQLITE): 0.55,
    ("press", POSTGRES): 0.28,
}
#: floor of what a rule decides, with history read, as a share of intake of what no rule is for
AUTOMATIC_FLOOR = 0.80
ACTIONS = {"intake": "refund.issue", "automatic": "credit.issue"}


@figure("doors")
def doors(run: Run) -> Iterator[Reading]:
    """Intake, press and automatic ruling behind Placet's own door, beside a bare JSON echo."""
    with ExitStack() as stack:
        echo = stack.enter_context(started("bench.echo_server"))
        base = list(readings("echo", echoed(run, echo)))
        yield from base
        for engine in run.engines:
            url = stack.enter_context(run.database(engine))
            server = stack.enter_context(started("bench.placet_server", url))
            yield from _intakes(run, engine, server, base)
            ids = asyncio.run(pending(server))
            load = _loaded(run, server, _presses(ids))
            yield from _beside(f"press/{engine}", load, base, FLOORS["press", engine])


@table("doors")
def doors_table(readings: Sequence[Reading]) -> str:
    """A row for each kind of request on each database."""
    by_name = {reading.name: reading for reading in readings}
    columns = ("figure", "database", "per second", "of the echo", "goal", "p50", "p99", "CPU of the server")
    rows = [_row(by_name, reading) for reading in _rates(readings)]
    return rows_table(columns, rows, left=2)


@picture("doors", "Requests a second as shares of a bare echo's, the goals as marks")
def doors_picture(readings: Sequence[Reading]) -> str:
    """What is left of an echo's rate."""
    rows = [
        Bar(
            label=" on ".join(_told(reading)),
            value=reading.ratio or 1.0,
            text=ratio(reading) or "100 %",
            limit=reading.floor,
            kind=(SQLITE in reading.name) + 2 * (POSTGRES in reading.name),
        )
        for reading in _rates(readings)
    ]
    return bars("Requests a second, as a share of a bare JSON echo", rows)


def echoed(run: Run, echo: Server) -> Load:
    """The load that a bare JSON echo takes: the base of whatever comes over HTTP."""
    return _loaded(run, echo, (post("/echo", body(number)) for number in range(_requests(run))))


def readings(name: str, load: Load) -> Iterator[Reading]:
    """What a load came to: requests a second, time to the answer, CPU of the server for one."""
    yield Reading(name=f"{name}/rate", value=load.rate, unit=Unit.PER_SECOND)
    yield Reading(name=f"{name}/p50", value=load.p50 * 1000, unit=Unit.MILLISECONDS)
    yield Reading(name=f"{name}/p99", value=load.p99 * 1000, unit=Unit.MILLISECONDS)
    yield Reading(name=f"{name}/cpu", value=load.cpu, unit=Unit.MICROSECONDS)
    yield Reading(name=f"{name}/loop cpu", value=load.loop_cpu, unit=Unit.MICROSECONDS)


async def pending(server: Server) -> list[str]:
    """The ids of everything that is pending."""
    import aiohttp

    headers = {"Authorization": f"Bearer {server.api_key}"}
    async with aiohttp.ClientSession(f"http://127.0.0.1:{server.port}", headers=headers) as session:
        ids: list[str] = []
        address: str | None = "/v1/approvals?status=pending&limit=100"
        while address:
            async with session.get(address) as answer:
                page: dict[str, Any] = await answer.json()
            ids += [item["id"] for item in page["approvals"]]
            following = page.get("next")
            address = following and following.removeprefix("http://127.0.0.1:8080")
    return ids


def _intakes(run: Run, engine: str, server: Server, base: list[Reading]) -> Iterator[Reading]:
    """Intake with a rule and without; which of them goes first changes from round to round."""
    rates: dict[str, Reading] = {}
    for name in ("intake", "automatic") if run.round % 2 else ("automatic", "intake"):
        load = _loaded(run, server, _submissions(run, server, ACTIONS[name]))
        measured = list(_beside(f"{name}/{engine}", load, base, FLOORS.get((name, engine))))
        rates[name] = measured[0]
        yield from measured
    of_intake = Reading(
        name=f"automatic/{engine}/of intake", value=rates["automatic"].value, unit=Unit.PER_SECOND
    )
    yield of_intake.beside(rates["intake"], floor=AUTOMATIC_FLOOR)


def _beside(name: str, load: Load, base: list[Reading], floor: float | None) -> Iterator[Reading]:
    """Rate and CPU as shares of the echo's; a time to answer stands for itself."""
    for reading in readings(name, load):
        echo = next(each for each in base if each.name.endswith(reading.name.rpartition("/")[2]))
        if reading.unit is Unit.PER_SECOND:
            yield reading.beside(echo, floor=floor)
        elif reading.unit is Unit.MICROSECONDS:
            yield reading.beside(echo)
        else:
            yield reading


def _rates(readings: Sequence[Reading]) -> list[Reading]:
    """The echo, then the databases one after the other."""
    rates = [reading for reading in readings if reading.name.endswith("/rate")]
    return sorted(rates, key=lambda each: (POSTGRES in each.name, SQLITE in each.name))


def _told(rate: Reading) -> list[str]:
    """What is measured, and on which database."""
    what, *on, _ = rate.name.split("/")
    return [what, *(SPELLED[engine] for engine in on)]


def _row(by_name: dict[str, Reading], rate: Reading) -> list[str]:
    prefix = rate.name.removesuffix("/rate")
    others = [by_name[f"{prefix}/{measure}"] for measure in ("p50", "p99", "cpu")]
    what, database = [*_told(rate), "–"][:2]
    return [what, database, digits(rate.value), ratio(rate) or "100 %", limit(rate), *_spelled(others)]


def _spelled(readings: Sequence[Reading]) -> list[str]:
    return [spelled(reading.value, reading.unit) for reading in readings]


def _requests(run: Run) -> int:
    return run.pick(6_000, 300)


def _loaded(run: Run, server: Server, requests: Iterator[bytes]) -> Load:
    made = iter(list(requests))
    warm_up = run.pick(500, 50)
    load = run_load(server.port, made, connections=CONNECTIONS, server_pid=server.pid, warm_up=warm_up)
    return asyncio.run(load)


def _submissions(run: Run, server: Server, action: str) -> Iterator[bytes]:
    for index in range(_requests(run)):
        key = f"{run.round}-{action}-{index}"
        headers = f"Authorization: Bearer {server.api_key}\r\nIdempotency-Key: {key}\r\n"
        yield post("/v1/approvals", body(index, action), headers)


def _presses(ids: list[str]) -> Iterator[bytes]:
    box = SecretBox([SECRET_KEY])
    return (press(box, request_id, number) for number, request_id in enumerate(ids))
