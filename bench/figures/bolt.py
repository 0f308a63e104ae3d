"""A press through Bolt, behind our own door, and Bolt alone: what Placet adds to Bolt's own work."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import ExitStack

from adapters.slack.mount import PATH as EVENTS
from bench.bars import bars_of
from bench.door import PATH as DOOR
from bench.exhibits import picture
from bench.figure import figure
from bench.reading import Reading, Unit
from bench.run import Run
from bench.servers import Server, started
from bench.traffic import (
    beside,
    echoed,
    load_of,
    pending,
    presses,
    readings,
    request_count,
    submissions,
)
from bot.domain import ids

#: what Placet may add to Bolt's CPU for a press, in echoes
ADDED = 0.6
PATHS = {"through bolt": EVENTS, "own door": DOOR}


@figure("bolt", rounds=2)
def bolt(run: Run) -> Iterator[Reading]:
    """Presses through Bolt and behind our own door, beside Bolt alone and a bare JSON echo."""
    with ExitStack() as stack:
        echo = list(readings("echo", echoed(run, stack.enter_context(started("bench.echo_server")))))
        yield from echo
        alone = list(_alone(run, stack.enter_context(started("bench.bolt_server")), echo))
        yield from alone
        # To see that it works, one database is enough.
        for engine in run.engines[: run.pick(2, 1)]:
            url = stack.enter_context(run.database(engine))
            server = stack.enter_context(started("bench.placet_server", url, "--slack"))
            for reading in _both(run, engine, server, echo):
                yield reading
                if reading.name == f"through bolt/{engine}/cpu":
                    yield _added(engine, reading, alone, echo)


def _alone(run: Run, server: Server, echo: Sequence[Reading]) -> Iterator[Reading]:
    made_up = [ids.new_id(ids.REQUEST) for _ in range(request_count(run))]
    return beside("bolt alone", load_of(run, server, presses(made_up, EVENTS)), echo)


def _both(run: Run, engine: str, server: Server, echo: Sequence[Reading]) -> Iterator[Reading]:
    """Half of what is pending is pressed one way, half the other; which is first changes with the round."""
    each = request_count(run)
    load_of(run, server, submissions(run, server, "intake", 2 * each))
    waiting = asyncio.run(pending(server))
    ways = list(PATHS)[::-1] if run.round % 2 else list(PATHS)
    for way, first in zip(ways, (0, each), strict=True):
        pressed = presses(waiting[first : first + each], PATHS[way], first=first)
        yield from beside(f"{way}/{engine}", load_of(run, server, pressed), echo)


def _added(engine: str, through: Reading, alone: Sequence[Reading], echo: Sequence[Reading]) -> Reading:
    """CPU that is Placet's, of a press through Bolt."""
    bolts, echoes = (_named(some, "/cpu") for some in (alone, echo))
    added = Reading(
        name=f"through bolt/{engine}/added cpu", value=through.value - bolts.value, unit=Unit.MICROSECONDS
    )
    return added.beside(echoes, bound=ADDED)


def _named(readings: Sequence[Reading], ending: str) -> Reading:
    return next(reading for reading in readings if reading.name.endswith(ending))


@picture("bolt", "CPU of a press through Bolt, behind our own door, and of Bolt alone, beside an echo's")
def bolt_picture(readings: Sequence[Reading]) -> str:
    """CPU of the server for one press."""
    return bars_of(readings, "cpu", "CPU of the server for one press")
