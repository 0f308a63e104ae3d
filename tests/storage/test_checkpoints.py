"""Checkpoints beside the writer: what was committed gets into the file; one that fails harms nobody."""

import logging
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing, suppress
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


class Pauses:
    """How long was waited before the file was tried again; the thread goes on when it may."""

    def __init__(self, most: int) -> None:
        self.seconds: list[float] = []
        self._most = most
        self.are_over, self.may_go_on = threading.Event(), threading.Event()

    def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)
        if len(self.seconds) == self._most:
            self.are_over.set()
            assert self.may_go_on.wait(60)


def with_a_log(path: Path) -> Path:
    """A database as a killed process leaves it: one row in the file, another one in its log."""
    with closing(sqlite3.connect(path.with_name("original.db"), isolation_level=None)) as original:
        original.execute("PRAGMA journal_mode=WAL")
        original.execute("CREATE TABLE approval (id TEXT)")
        original.execute("INSERT INTO approval VALUES ('first')")
        original.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        original.execute("INSERT INTO approval VALUES ('second')")
        for suffix in ("", "-wal"):
            shutil.copy(f"{path.with_name('original.db')}{suffix}", f"{path}{suffix}")
    return path


@pytest.fixture
def every_change(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage.checkpoints, "EVERY", 1)


@pytest.mark.usefixtures("every_change")
def test_a_file_that_could_not_be_used_is_tried_again_ever_more_seldom_until_it_can(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    whole, path, pauses = with_a_log(tmp_path / "whole.db"), tmp_path / "placet.db", Pauses(most=9)
    checkpoints = Checkpoints(path, rest=pauses)
    checkpoints.after(1)
    assert pauses.are_over.wait(60)
    assert not path.exists()
    for suffix in ("-wal", ""):
        Path(f"{whole}{suffix}").rename(f"{path}{suffix}")
    assert in_the_file(path) == 1
    pauses.may_go_on.set()
    checkpoints.close()

    assert in_the_file(path) == 2
    assert pauses.seconds == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert [record.levelname for record in caplog.records] == ["WARNING", "INFO"]
    assert "unable to open database file" in caplog.text


@pytest.mark.usefixtures("every_change")
def test_a_connection_that_broke_is_replaced(tmp_path: Path) -> None:
    path, pauses = with_a_log(tmp_path / "placet.db"), Pauses(most=1)
    checkpoints = Checkpoints(path, rest=pauses)
    checkpoints.after(1)
    until = time.monotonic() + 60
    while in_the_file(path) < 2:
        assert time.monotonic() < until
        time.sleep(0.01)
    break_connection(path)
    # It leaves its row in the log.
    program = (
        "import os, sqlite3, sys; file = sqlite3.connect(sys.argv[1], isolation_level=None);"
        "file.execute(\"INSERT INTO approval VALUES ('third')\"); os._exit(0)"
    )
    subprocess.run([sys.executable, "-c", program, str(path)], check=True)
    checkpoints.after(1)
    assert pauses.are_over.wait(60)
    assert in_the_file(path) < 3
    pauses.may_go_on.set()
    checkpoints.close()

    assert in_the_file(path) == 3
    assert pauses.seconds == [1]


def break_connection(path: Path) -> None:
    """Whoever in this process has the file open can neither read nor write it any more."""
    with Path(os.devnull).open("rb") as nothing:
        for number in open_files(path):
            os.dup2(nothing.fileno(), number)


def open_files(path: Path) -> list[int]:
    """Descriptors of this process that are of a file."""
    found = []
    for each in Path("/proc/self/fd").iterdir():
        with suppress(OSError):  # that of the listing itself is gone by now
            if each.readlink() == path:
                found.append(int(each.name))
    return found


async def test_a_store_that_changes_little_starts_nothing(open_at: Opener, sqlite_database: str) -> None:
    store = open_at(sqlite_database)
    await submitted(store)

    assert store._checkpoints is not None
    assert store._checkpoints._thread is None
