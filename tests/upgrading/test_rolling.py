"""The first release and this one on one database, while agents ask and people press."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.upgrading.old_code import ROOT, code_of
from tests.upgrading.rollout import Rollout

FIRST = "0.1.0"


@pytest.mark.soak
@pytest.mark.timeout(900)
async def test_processes_are_replaced_one_by_one_and_put_back(
    empty_postgres_database: str, tmp_path: Path
) -> None:
    old, new = code_of(FIRST, tmp_path / "code"), ROOT
    async with Rollout(empty_postgres_database, tmp_path, seed=1) as rollout:
        await rollout.start("old-1", old, goes_on=1)
        await rollout.start("old-2", old, goes_on=5)
        await rollout.start("new-1", new, goes_on=6)
        await rollout.kill("old-1")
        await rollout.start("old-1", old, goes_on=6)
        await rollout.stop("old-1")
        await rollout.start("new-2", new, goes_on=2)
        await rollout.kill("old-2")
        await rollout.start("old-2", old, goes_on=4)
        await rollout.stop("new-1")
        await rollout.stop("new-2")
        await rollout.start("old-3", old, goes_on=5)
        figures = await rollout.examined()
    print(f"\npostgresql: {FIRST} and this version in turns, 7 processes: {figures}")  # noqa: T201 - figures


@pytest.mark.soak
@pytest.mark.timeout(900)
async def test_one_process_is_upgraded_and_put_back_on_one_file(tmp_path: Path) -> None:
    old, new = code_of(FIRST, tmp_path / "code"), ROOT
    async with Rollout(f"sqlite:///{tmp_path / 'placet.db'}", tmp_path, seed=2) as rollout:
        for turn, code in enumerate((old, new, old, new, old)):
            await rollout.start(f"process-{turn}", code, goes_on=5)
            await (rollout.stop if turn % 2 else rollout.kill)(f"process-{turn}")
        figures = await rollout.examined()
    print(f"\nsqlite: {FIRST} and this version in turns, 5 processes: {figures}")  # noqa: T201 - figures
