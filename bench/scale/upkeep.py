"""What a server does by itself among very many requests: sealing, measuring, erasing, pruning."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Awaitable, Mapping
from datetime import timedelta

from sqlalchemy import Connection

from bench.scale.living import TOGETHER, lives
from bot.domain.retention import Retention
from storage.context import Batch
from storage.measure_keeping import MeasureKeeper
from storage.pruning import prune
from storage.retaining import retain
from storage.sealing import seal
from storage.store import SqlStore
from tests.fakes.clock import MovedClock
from tests.storage.measuring_steps import sealed
from tests.storage.steps import execute

#: everything that is over is past its time
_AT_ONCE = Retention(default=timedelta(0))


async def kept(store: SqlStore, clock: MovedClock, times: int) -> Mapping[str, float]:
    """Seconds that each takes after 64 more requests were decided; the least of all times."""
    keeper, took = MeasureKeeper(store), defaultdict[str, list[float]](list)
    await sealed(store)
    # Those that were decided before are not what is asked about.
    await execute(
        store, "UPDATE measure_cursor SET subject = '~', seal = (SELECT max(number) FROM audit_seal)"
    )
    for _ in range(times):
        clock.advance(seconds=1)  # people vote one after the other
        await lives(store, TOGETHER)
        took["sealing"].append(await _timed(store.write(_seal)))
        took["measuring"].append(await _timed(keeper.step()))
        took["erasing"].append(await _timed(store.write(lambda c, batch: retain(c, batch, _AT_ONCE))))
        took["pruning"].append(await _timed(store.write(prune)))
    await execute(store, "UPDATE lease SET until = 0 WHERE name = 'measurer'")
    return {what: min(seconds) for what, seconds in took.items()}


def _seal(connection: Connection, batch: Batch) -> int:
    return seal(connection, batch, lambda text: ("k", text))


async def _timed(doing: Awaitable[object]) -> float:
    began = time.perf_counter()
    await doing
    return time.perf_counter() - began
