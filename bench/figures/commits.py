"""The writer alone, without HTTP and policy, beside group commits with the bare driver."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import TypeVar

from bench.bars import bars_of
from bench.exhibits import picture
from bench.figure import Unmeasured, figure
from bench.prepared import bench_policy, prepared, pressed
from bench.raw_commits import raw_rates
from bench.reading import Reading, Unit
from bench.run import SQLITE, Run
from bench.traffic import CONNECTIONS
from bot.domain.moves import Press
from bot.now import utc_now
from bot.submissions import Submission
from storage.migrate import migrate
from storage.store import SqlStore

#: floors of the writer's rate, as a share of the bare driver's in the same round
FLOORS = {SQLITE: 0.6}

_T = TypeVar("_T")


@figure("commits")
def commits(run: Run) -> Iterator[Reading]:
    """The group-commit writer alone, beside raw group commits with sqlite3 and psycopg."""
    units = run.pick(6_000, 120)
    for engine in run.engines:
        with run.database(engine) as url:
            raw = [_rate(f"raw {what}/{engine}", rate) for what, rate in _named(raw_rates(url, units))]
        yield from raw
        with run.database(engine) as url:
            own = [_rate(f"writer {what}/{engine}", rate) for what, rate in _named(written_rates(url, units))]
        for base, reading in zip(raw, own, strict=True):
            yield reading.beside(base, floor=FLOORS.get(engine))


def _named(rates: tuple[float, float]) -> Iterator[tuple[str, float]]:
    return zip(("intake", "press"), rates, strict=True)


def _rate(name: str, value: float) -> Reading:
    return Reading(name=f"{name}/rate", value=value, unit=Unit.PER_SECOND)


def written_rates(url: str, units: int) -> tuple[float, float]:
    """Submissions and presses a second, 64 callers at a time."""
    policy = bench_policy()
    submissions = prepared(policy, units)
    migrate(url)
    store = SqlStore(url, clock=utc_now, directory=lambda: policy.directory)
    try:
        taken_in = asyncio.run(_through(submissions, lambda each: _submit(store, each)))
        moves = pressed(each.request.id for each in submissions)
        return taken_in, asyncio.run(_through(moves, lambda each: _press(store, each)))
    finally:
        store.close()


async def _through(units: Sequence[_T], do: Callable[[_T], Awaitable[None]]) -> float:
    """Units a second, each caller doing one after the other."""
    left = iter(units)

    async def caller() -> None:
        for unit in left:
            await do(unit)

    began = time.perf_counter()
    await asyncio.gather(*(caller() for _ in range(CONNECTIONS)))
    return len(units) / (time.perf_counter() - began)


async def _submit(store: SqlStore, submission: Submission) -> None:
    submitted = await store.submit(submission)
    if submitted.code != "created":
        raise Unmeasured(f"The store answered a submission with {submitted.code}.")


async def _press(store: SqlStore, press: Press) -> None:
    moved = await store.move(press)
    if not moved.answer.accepted:
        raise Unmeasured(f"The store answered a press with {moved.answer.code}.")


@picture("commits", "Units a second through the writer alone and with the bare drivers")
def commits_picture(readings: Sequence[Reading]) -> str:
    """The writer's rates beside the drivers'."""
    return bars_of(readings, "rate", "Units a second, 64 callers or batches of 64")
