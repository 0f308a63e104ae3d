"""The disk beneath the database is full for a while: agents are told to come back, nothing is lost."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.forks import Forks
from tests.faults.siege import Siege
from tests.faults.small_disk import SmallDisk, owned_by_postgres, small_disk
from tests.faults.telling import tell
from tests.postgres import PostgresServer


@pytest.fixture
def disk() -> Iterator[SmallDisk]:
    """A disk of 48 MB."""
    with small_disk(48) as disk:
        yield disk


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, disk: SmallDisk) -> Iterator[str]:
    """A database whose tables are on that disk."""
    if request.param == "sqlite":
        yield f"sqlite:///{disk.path / 'placet.db'}"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    place = owned_by_postgres(disk.path / "tables")
    server.run(
        f"CREATE TABLESPACE small LOCATION '{place}'",
        "CREATE DATABASE on_small_disk TEMPLATE template0 TABLESPACE small",
    )
    yield server.url("on_small_disk")
    server.drop("on_small_disk")
    server.run("DROP TABLESPACE small")


@pytest.mark.timeout(300)
async def test_a_full_disk_turns_agents_away_and_loses_nothing(
    url: str, disk: SmallDisk, tmp_path: Path, forks: Forks
) -> None:
    await _filled(url, disk, tmp_path, forks, times=1)


@pytest.mark.soak
@pytest.mark.timeout(1800)
async def test_a_disk_that_is_full_again_and_again(
    url: str, disk: SmallDisk, tmp_path: Path, forks: Forks
) -> None:
    await _filled(url, disk, tmp_path, forks, times=10)


async def _filled(url: str, disk: SmallDisk, folder: Path, forks: Forks, *, times: int) -> None:
    async with Siege(url, folder, forks, seed=4) as siege:
        await siege.serving.start()
        for turn in range(times):
            await siege.goes_on(more=20)
            disk.fill()
            await siege.is_turned_away()
            if turn % 2:
                await siege.serving.kill()
            await asyncio.sleep(0.5)
            disk.free()
            if turn % 2:
                await siege.serving.start()
            await siege.goes_on()
        figures = await siege.examined()
        tell(f"{times} times full, {siege.load.ledger.turned_away} agents turned away", url, figures)
