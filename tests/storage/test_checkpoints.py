"""Checkpoints beside the writer: what was committed gets into the file; one that fails harms nobody."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

import storage.checkpoints
from storage.checkpoints import Checkpoints
from storage.engine import sqlite_path
from tests.storage.conftest import Opener
from tests.storage.steps import submitted


def in_the_file(path: Path) -> int:
    """Requests that the file itself holds, whatever lies in the log."""
    with closing(sqlite3.connect(f"file:{path}?immutable=1", uri=True)) as file:
        return int(file.execute("SELECT count(*) FROM approval").fetchone()[0])


@pytest.mark.parametrize(("every", "found"), [(4, 4), (6, 0)])
async def test_after_enough_changes_they_are_in_the_file(
    open_at: Opener, sqlite_database: str, monkeypatch: pytest.MonkeyPatch, every: int, found: int
) -> None:
    monkeypatch.setattr(storage.checkpoints, "EVERY", every)
    path, store = sqlite_path(sqlite_database), open_at(sqlite_database)
    with closing(sqlite3.connect(path)) as other:
        other.execute("SELECT count(*) FROM approval").fetchone()
        for _ in range(5):
            await submitted(store)
        # The file is not let go of by its last user, who would copy everything into it.
        store.close()
        assert found <= in_the_file(path) <= 5 * bool(found)


@pytest.mark.parametrize("name", ["placet.db", "no/placet.db"])
def test_a_file_that_cannot_be_used_harms_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(storage.checkpoints, "EVERY", 1)
    (tmp_path / "placet.db").write_bytes(b"This is no database." * 500)
    checkpoints = Checkpoints(tmp_path / name)
    checkpoints.after(1)
    checkpoints.close()
    checkpoints.after(1)


async def test_a_store_that_changes_little_starts_nothing(open_at: Opener, sqlite_database: str) -> None:
    store = open_at(sqlite_database)
    await submitted(store)

    assert store._checkpoints is not None
    assert store._checkpoints._thread is None
