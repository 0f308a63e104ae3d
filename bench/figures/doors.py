"""Durable intake, presses and automatic rulings over HTTP, as shares of a bare aiohttp JSON echo.

A share is taken within one round, and the runs are interleaved (echo, SQLite, PostgreSQL, echo, …), so that
a machine whose speed drifts drifts for all of them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import ExitStack

from bench.exhibits import picture
from bench.figure import figure
from bench.reading import Reading, Unit
from bench.run import POSTGRES, SPELLED, SQLITE, Run
from bench.servers import Server, started
from bench.spelling import ratio
from bench.svg import Bar, bars
from bench.traffic import beside, echoed, load_of, pending, presses, readings, submissions

#: floors of the rate, as shares of the echo's in the same round
FLOORS = {
    ("intake", SQLITE): 0.65,
    ("intake", POSTGRES): 0.35,
    ("press", SQLITE): 0.55,
    ("press", POSTGRES): 0.28,
}
#: floor of what a rule decides, with history read, as a share of intake of what no rule is for
AUTOMATIC_FLOOR = 0.80


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
            load = load_of(run, server, presses(ids))
            yield from beside(f"press/{engine}", load, base, FLOORS["press", engine])


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


def _intakes(run: Run, engine: str, server: Server, base: list[Reading]) -> Iterator[Reading]:
    """Intake with a rule and without; which of them goes first changes from round to round."""
    rates: dict[str, Reading] = {}
    for name in ("intake", "automatic") if run.round % 2 else ("automatic", "intake"):
        load = load_of(run, server, submissions(run, server, name))
        measured = list(beside(f"{name}/{engine}", load, base, FLOORS.get((name, engine))))
        rates[name] = measured[0]
        yield from measured
    of_intake = Reading(
        name=f"automatic/{engine}/of intake", value=rates["automatic"].value, unit=Unit.PER_SECOND
    )
    yield of_intake.beside(rates["intake"], floor=AUTOMATIC_FLOOR)


def _rates(readings: Sequence[Reading]) -> list[Reading]:
    """The echo, then the databases one after the other."""
    rates = [reading for reading in readings if reading.name.endswith("/rate")]
    return sorted(rates, key=lambda each: (POSTGRES in each.name, SQLITE in each.name))


def _told(rate: Reading) -> list[str]:
    """What is measured, and on which database."""
    what, *on, _ = rate.name.split("/")
    return [what, *(SPELLED[engine] for engine in on)]
