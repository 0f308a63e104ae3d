"""PostgreSQL is restarted under load, in good order and as if it had crashed: the process works on."""

from __future__ import annotations

import asyncio
import random
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.forks import Forks
from tests.faults.siege import Siege
from tests.faults.telling import tell
from tests.postgres import PostgresServer, postgres


@pytest.fixture
def own_server() -> Iterator[PostgresServer]:
    """A server of one's own, which keeps what it committed through a crash."""
    with postgres(uuid.uuid4().hex[:12], durable=True) as server:
        yield server


@pytest.mark.timeout(300)
async def test_two_restarts_under_load_lose_nothing(
    own_server: PostgresServer, tmp_path: Path, forks: Forks
) -> None:
    await _restarted(own_server, tmp_path, forks, times=1)


@pytest.mark.soak
@pytest.mark.timeout(1800)
async def test_sixty_restarts_under_load_lose_nothing(
    own_server: PostgresServer, tmp_path: Path, forks: Forks
) -> None:
    await _restarted(own_server, tmp_path, forks, times=30)


async def _restarted(server: PostgresServer, folder: Path, forks: Forks, *, times: int) -> None:
    dice = random.Random(times)
    url = server.create("placet")
    began_at = time.monotonic()
    async with Siege(url, folder, forks, seed=3) as siege:
        await siege.serving.start()
        for _ in range(times):
            for mode in ("fast", "immediate"):
                await siege.goes_on()
                await asyncio.sleep(dice.uniform(0, 0.5))
                await asyncio.to_thread(server.restart, mode=mode)
        await siege.goes_on()
        took = time.monotonic() - began_at
        figures = await siege.examined()
    tell(f"{times} fast and {times} immediate restarts in {took:.0f} s", url, figures)
