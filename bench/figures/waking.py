"""How soon a long poll is answered: alone, beside many that go on waiting, and many at once."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass

from bench.figure import figure
from bench.polls import SETTLING, SETTLING_MANY, Polls, polling
from bench.reading import Reading, Unit
from bench.run import Run
from bench.times import percentile, times


@dataclass(frozen=True, slots=True, kw_only=True)
class _Woken:
    """Seconds since the withdrawal was sent."""

    #: until it was answered itself, which comes after the commit
    answered: list[float]
    polls: list[float]


@figure("waking", rounds=2)
def waking(run: Run) -> Iterator[Reading]:
    """Long polls after a withdrawal, beside how long the withdrawal itself takes to be answered."""
    # To see that it works, one database is enough.
    for engine in run.engines[: run.pick(2, 1)]:
        with run.database(engine) as url:
            yield from asyncio.run(_measured(run, engine, url))


async def _measured(run: Run, engine: str, url: str) -> list[Reading]:
    many, held = run.pick(60, 5), run.pick(500, 20)
    async with polling(url) as polls:
        await _each(polls, 3)
        alone = await _each(polls, many)
        others = polls.hold(crowded := await polls.request(), held)
        await asyncio.sleep(run.pick(SETTLING_MANY, SETTLING))
        beside = await _each(polls, many)
        _, crowd = await polls.woken(crowded, others)
    return [
        *_beside(f"alone/{engine}", alone),
        *_beside(f"beside {held}/{engine}", beside),
        Reading(name=f"{held} polls at once/{engine}/p50", value=_ms(crowd, 0.5), unit=Unit.MILLISECONDS),
        Reading(name=f"{held} polls at once/{engine}/last", value=_ms(crowd, 1), unit=Unit.MILLISECONDS),
    ]


async def _each(polls: Polls, many: int) -> _Woken:
    """One after the other."""
    answered, woken = [], []
    for _ in range(many):
        request_id = await polls.request()
        poll = polls.hold(request_id, 1)
        await asyncio.sleep(SETTLING)
        seconds, [of_poll] = await polls.woken(request_id, poll)
        answered.append(seconds)
        woken.append(of_poll)
    return _Woken(answered=answered, polls=woken)


def _beside(name: str, woken: _Woken) -> Iterator[Reading]:
    bases = times(f"withdrawal {name}", woken.answered)
    for base, reading in zip(bases, times(f"poll {name}", woken.polls), strict=True):
        yield base
        yield reading.beside(base)


def _ms(seconds: list[float], share: float) -> float:
    return percentile(seconds, share) * 1000
