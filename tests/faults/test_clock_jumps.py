"""The clock of a running process is set ahead and back: work goes on, nothing waits for long."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from storage.engine import normalized
from storage.stamps import to_stamp
from tests.faults.forks import Forks
from tests.faults.siege import Siege
from tests.faults.telling import tell

DAY, THREE_HOURS = timedelta(days=1), timedelta(hours=3)
#: a day ahead and back, three hours back and forth
_JUMPS = (DAY, timedelta(0), -THREE_HOURS, timedelta(0))
#: the same in fewer steps: the second sets it back by more than a day
_FEW_JUMPS = (DAY, -THREE_HOURS)
#: within which a process notices, and moves what waits
_NOTICED_S = 60.0
#: how the log begins to tell of it
_NOTICED = "The clock was set"


@pytest.mark.timeout(300)
async def test_a_clock_that_jumps_loses_nothing_and_makes_nothing_wait(
    empty_database_url: str, tmp_path: Path, forks: Forks
) -> None:
    await _jumped(empty_database_url, tmp_path, forks, _FEW_JUMPS)


@pytest.mark.soak
@pytest.mark.timeout(1800)
async def test_a_clock_that_jumps_again_and_again(
    empty_database_url: str, tmp_path: Path, forks: Forks
) -> None:
    await _jumped(empty_database_url, tmp_path, forks, _JUMPS * 12)


async def _jumped(url: str, folder: Path, forks: Forks, jumps: Sequence[timedelta]) -> None:
    async with Siege(url, folder, forks, seed=8) as siege:
        await siege.serving.start()
        await siege.goes_on()
        for distance in jumps:
            await _seen(siege, distance)
            await siege.goes_on()
            await _nothing_waits_for_long(url, datetime.now(UTC) + distance)
        figures = await siege.examined()
    tell(f"{len(jumps)} jumps of the clock", url, figures)


@pytest.mark.timeout(300)
async def test_a_process_that_begins_after_the_clock_was_set_back_makes_nothing_wait(
    empty_database_url: str, tmp_path: Path, forks: Forks
) -> None:
    async with Siege(empty_database_url, tmp_path, forks, seed=9) as siege:
        await siege.serving.start()
        siege.jump(THREE_HOURS)
        await siege.goes_on()
        await asyncio.sleep(1.5)  # until the last seal is of that time
        await siege.serving.kill()
        siege.jump(timedelta(0))
        await siege.serving.start()
        await _nothing_waits_for_long(empty_database_url, datetime.now(UTC))
        await siege.goes_on()
        figures = await siege.examined()
    tell("set back while nothing ran", empty_database_url, figures)


async def _seen(siege: Siege, distance: timedelta) -> None:
    """Set the clock, and wait until the process has noticed: a jump that is taken back sooner goes unseen."""
    before = siege.serving.log().count(_NOTICED)
    siege.jump(distance)
    async with asyncio.timeout(_NOTICED_S):
        while siege.serving.log().count(_NOTICED) == before:
            await asyncio.sleep(0.1)


async def _nothing_waits_for_long(url: str, now: datetime) -> None:
    """Wait until no delivery waits for a moment that is hours ahead."""
    waits = " UNION ALL ".join(f"SELECT id FROM {table} WHERE due_at > :then" for table in ("card", "outbox"))
    engine = create_engine(normalized(url))
    waiting: list[str] = []
    try:
        for _ in range(int(_NOTICED_S / 0.1)):
            with engine.connect() as connection:
                then = to_stamp(now + timedelta(hours=1))
                waiting = list(connection.execute(text(waits), {"then": then}).scalars())
            if not waiting:
                return
            await asyncio.sleep(0.1)
    finally:
        engine.dispose()
    raise AssertionError(f"{waiting} wait for hours because the clock was set")
