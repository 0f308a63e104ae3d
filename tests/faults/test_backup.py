"""Backups made under load: each holds what was acknowledged before it began, and can be put back."""

from __future__ import annotations

import asyncio
import copy
import os
import subprocess
import sys
import time
import uuid
from pathlib import Path

import pytest

from adapters.agents.key_ring import KeyRing
from bot.domain.directory import Directory
from bot.now import utc_now
from bot.secrets import SecretBox
from storage.engine import is_sqlite
from storage.signing_keys import SigningKeyStore
from storage.store import SqlStore
from storage.verifying import verify
from tests.faults.forks import Forks
from tests.faults.ledger import Ledger
from tests.faults.siege import SECRET_KEY, Siege
from tests.postgres import PostgresServer, postgres_programs

_REPOSITORY = Path(__file__).parents[2]


@pytest.mark.timeout(300)
async def test_a_backup_under_load_holds_everything_that_was_acknowledged(
    empty_database_url: str, tmp_path: Path, forks: Forks, request: pytest.FixtureRequest
) -> None:
    await _backed_up(empty_database_url, tmp_path, forks, request, times=1)


@pytest.mark.soak
@pytest.mark.timeout(1800)
async def test_a_dozen_backups_under_load_hold_everything_that_was_acknowledged(
    empty_database_url: str, tmp_path: Path, forks: Forks, request: pytest.FixtureRequest
) -> None:
    await _backed_up(empty_database_url, tmp_path, forks, request, times=12)


async def _backed_up(
    url: str, folder: Path, forks: Forks, request: pytest.FixtureRequest, *, times: int
) -> None:
    taken: list[tuple[Path, Ledger]] = []
    making, putting_back = [0.0], [0.0]
    async with Siege(url, folder, forks, seed=times) as siege:
        await siege.serving.start()
        await siege.goes_on()
        for number in range(times):
            before, file = copy.deepcopy(siege.load.ledger), folder / f"backup-{number}"
            making.append(await _placet(url, "backup", str(file)))
            taken.append((file, before))
            await siege.goes_on()
        figures = await siege.examined()
        events = 0
        for file, before in taken:
            other = _another(url, folder, request)
            putting_back.append(await _placet(other, "restore", str(file)))
            events = await _holds(other, before)
    kind = "SQLite" if is_sqlite(url) else "PostgreSQL"
    print(  # noqa: T201 - the figures are what this is for
        f"\n{kind}: {times} backups under load, the longest in {max(making):.1f} s, each put back and"
        f" verified, the longest in {max(putting_back):.1f} s; {len(before.ids)} requests and {events} audit"
        f" events in the last; lost 0 ({figures})"
    )


async def _holds(url: str, before: Ledger) -> int:
    """Everything that the outside had been promised when the backup began is in it; how many events."""
    store = SqlStore(url, clock=utc_now, directory=Directory)
    ring = KeyRing(SigningKeyStore(store, SecretBox((SECRET_KEY,))))
    await ring.load()
    try:
        for request_id in sorted(before.ids):
            stored = await store.read(request_id)
            assert stored is not None, f"{request_id} was acknowledged and is not in the backup"
            if request_id in before.pressed:
                assert stored.request.status != "pending", f"a press on {request_id} is not in the backup"
            if request_id in before.redeemed:
                assert stored.request.progress.redemption is not None, f"{request_id} was taken"
        report = await store.query(lambda connection: verify(connection, ring.is_signed))
        assert report.ok, report.problems
        return report.events
    finally:
        store.close()


def _another(url: str, folder: Path, request: pytest.FixtureRequest) -> str:
    """A place for a database beside the one under load."""
    name = f"restored_{uuid.uuid4().hex}"
    if is_sqlite(url):
        return f"sqlite:///{folder / name}.db"
    server: PostgresServer = request.getfixturevalue("postgres_server")
    request.addfinalizer(lambda: server.drop(name))
    return server.create(name)


async def _placet(url: str, *arguments: str) -> float:
    """Run a command, which has to end well; the seconds that it took."""
    environment = {
        "PATH": f"{postgres_programs()}:{os.environ['PATH']}",
        "PYTHONPATH": str(_REPOSITORY),
        "PLACET_DATABASE_URL": url,
        "PLACET_SECRET_KEY": SECRET_KEY,
    }
    command = [sys.executable, "-m", "bot.cli", *arguments]
    began_at = time.monotonic()
    done = await asyncio.to_thread(
        subprocess.run, command, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return time.monotonic() - began_at
