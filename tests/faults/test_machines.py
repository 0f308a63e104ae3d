"""Several processes on one PostgreSQL share the work: nothing is done twice, and any of them may die."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.faults.fleet import DOOR, SERVE, WORKER, Fleet, Role
from tests.faults.forks import Forks


@pytest.mark.timeout(300)
async def test_processes_share_the_work_and_one_after_the_other_dies(
    empty_postgres_database: str, tmp_path: Path, forks: Forks
) -> None:
    await _shared(empty_postgres_database, tmp_path, forks, (DOOR, SERVE, WORKER), works=25, rounds=1, seed=5)


@pytest.mark.soak
@pytest.mark.timeout(1200)
@pytest.mark.parametrize(
    "roles",
    [(SERVE,), (SERVE, SERVE), (SERVE, SERVE, SERVE, SERVE), (DOOR, DOOR, WORKER, WORKER)],
    ids=["one", "two", "four", "doors and workers"],
)
async def test_processes_share_the_work_for_minutes_while_all_of_them_die_again_and_again(
    empty_postgres_database: str, tmp_path: Path, forks: Forks, roles: tuple[Role, ...]
) -> None:
    await _shared(empty_postgres_database, tmp_path, forks, roles, works=300, rounds=6, seed=6)


async def _shared(
    url: str, folder: Path, forks: Forks, roles: tuple[Role, ...], *, works: int, rounds: int, seed: int
) -> None:
    """All work, then each is killed in the middle of it and comes back."""
    dice = random.Random(seed)
    async with Fleet(url, folder, forks, roles=roles, seed=seed) as fleet:
        await fleet.start()
        await fleet.does(works)
        assert fleet.doubled() == [], "nobody died, and something was done twice"
        for _ in range(rounds):
            for number in dice.sample(range(len(roles)), len(roles)):
                await fleet.kill(number)
                if len(roles) > 1:
                    await fleet.does(5)
                await fleet.start(number)
                await fleet.does(5)
        figures = await fleet.examined()
    names = " + ".join("placet " + " ".join(role) for role in roles)
    print(f"\n{names}, {rounds * len(roles)} kills: {figures}")  # noqa: T201 - the figures are what this is for
