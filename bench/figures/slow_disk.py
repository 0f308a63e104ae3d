"""Intake and presses with commits that take 2 ms longer, as on a usual disk of a cloud.

A file system that is slower cannot be made from Python, so the commit is: the server sleeps before each one,
with the interpreter's lock free, as it is while a disk syncs. What a disk that is busy syncing keeps others
from doing is not in it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import ExitStack

from bench.bars import bars_of
from bench.exhibits import picture
from bench.figure import figure
from bench.reading import Reading
from bench.run import SQLITE, Run
from bench.servers import started
from bench.traffic import beside, echoed, load_of, pending, presses, readings, submissions

#: what each commit takes longer (seconds)
SLOWER = 0.002
#: floor of the rate of intake, as a share of the echo's in the same round
FLOORS = {SQLITE: 0.45}


@figure("slow-disk", rounds=2)
def slow_disk(run: Run) -> Iterator[Reading]:
    """Intake and press where each commit takes 2 ms longer, beside a bare JSON echo."""
    with ExitStack() as stack:
        echo = stack.enter_context(started("bench.echo_server"))
        base = list(readings("echo", echoed(run, echo)))
        yield from base
        # To see that it works, one database is enough.
        for engine in run.engines[: run.pick(2, 1)]:
            url = stack.enter_context(run.database(engine))
            server = stack.enter_context(started("bench.placet_server", url, "--slower", str(SLOWER)))
            load = load_of(run, server, submissions(run, server, "intake"))
            yield from beside(f"slow intake/{engine}", load, base, FLOORS.get(engine))
            load = load_of(run, server, presses(asyncio.run(pending(server))))
            yield from beside(f"slow press/{engine}", load, base)


@picture("slow-disk", "Requests a second where each commit takes 2 ms longer, beside an echo's")
def slow_disk_picture(readings: Sequence[Reading]) -> str:
    """What is left of an echo's rate."""
    return bars_of(readings, "rate", "Requests a second, each commit 2 ms longer")
