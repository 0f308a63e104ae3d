"""How late timers run out while intake takes all it can get."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from sqlalchemy import text

from bench.figure import Unmeasured, figure
from bench.load import run_load
from bench.reading import Reading, Unit
from bench.run import POSTGRES, SQLITE, Run
from bench.scale.installation import WAIT_S, installed
from bench.scale.stock import stock
from bench.servers import Server
from bench.traffic import CONNECTIONS, submissions
from storage.engine import read_engine
from storage.stamps import to_stamp

#: the most that one in a hundred timers may be late, in milliseconds
BOUNDS = {SQLITE: 50.0, POSTGRES: 150.0}
#: microseconds between two timers
APART = 5_000
#: timers after the load has begun and before it may have ended
_AFTER = timedelta(seconds=2)


@figure("lateness", once=True)
def lateness(run: Run) -> Iterator[Reading]:
    """How late timers run out beside saturated intake."""
    # To see that it works, one database is enough.
    wait = run.pick(WAIT_S, 8)
    for engine in run.engines[: run.pick(2, 1)]:
        with run.database(engine) as url, installed(url, wait=wait) as installation:
            template = installation.template()
            many, timers = run.pick(20_000, 300), run.pick(1_000, 100)
            # They are copied before the server starts, and may not act before the template's step is over.
            first = datetime.now(UTC) + timedelta(seconds=wait)
            for _ in stock(url, template, range(timers), due_at=to_stamp(first + _AFTER), apart=APART):
                pass
            installation.start()
            asyncio.run(_until(first))
            server = Server(installation.placet.port, installation.placet.pid, installation.api_key)
            load = run_load(
                server.port,
                submissions(run, server, "intake", many),
                connections=CONNECTIONS,
                server_pid=server.pid,
            )
            rate = asyncio.run(load).rate
            asyncio.run(_until(first + _AFTER + timedelta(microseconds=APART * timers) + _AFTER))
            late = _late(url, to_stamp(first + _AFTER), timers)
        yield Reading(name=f"{engine}/intake beside/rate", value=rate, unit=Unit.PER_SECOND)
        yield Reading(name=f"{engine}/late/p50", value=late[len(late) // 2], unit=Unit.MILLISECONDS)
        p99 = late[int(len(late) * 0.99)]
        yield Reading(name=f"{engine}/late/p99", value=p99, unit=Unit.MILLISECONDS, bound=BOUNDS[engine])


async def _until(moment: datetime) -> None:
    await asyncio.sleep(max(0.0, (moment - datetime.now(UTC)).total_seconds()))


def _late(url: str, first: int, timers: int) -> list[float]:
    """Milliseconds between when a timer ran out and when its event was, the least first."""
    query = text(
        "SELECT subject, at FROM audit_event WHERE kind = 'request.expired' AND subject < 'apr_0000zzz'"
    )
    engine = read_engine(url)
    with engine.connect() as connection:
        found = [(int(row.subject[7:]), row.at) for row in connection.execute(query)]
    engine.dispose()
    if len(found) < timers:
        raise Unmeasured(f"Only {len(found)} of {timers} timers ran out.")
    return sorted((at - first - number * APART) / 1000 for number, at in found)
