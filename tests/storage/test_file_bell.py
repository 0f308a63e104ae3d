"""A process on SQLite notices what other connections commit, and reads nothing while they commit nothing."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from bot.looking import OFTEN, SELDOM, look_every
from storage.far_news import News
from storage.file_bell import FileBell
from tests.storage.conftest import Opener
from tests.storage.steps import submitted

#: nothing is waited for so long unless it never comes (seconds)
_NEVER = 60.0


class Listener:
    """Counts what the bell tells."""

    def __init__(self) -> None:
        self.told = threading.Semaphore(0)
        self.news: list[News] = []

    def __call__(self, news: News) -> None:
        self.news.append(news)
        self.told.release()

    def heard(self) -> bool:
        """Wait until it tells something more."""
        return self.told.acquire(timeout=_NEVER)


@contextmanager
def _hung(path: Path, listener: Listener) -> Iterator[FileBell]:
    bell = FileBell(path, heard=listener, every=0.01)
    bell.start()
    try:
        yield bell
    finally:
        bell.stop()


def _written(path: Path) -> None:
    with closing(sqlite3.connect(path)) as file:
        file.execute("PRAGMA journal_mode=WAL")
        file.execute("CREATE TABLE IF NOT EXISTS t (n INTEGER)")
        file.execute("INSERT INTO t VALUES (1)")
        file.commit()


def test_each_commit_of_another_connection_is_noticed_once(tmp_path: Path) -> None:
    path, listener = tmp_path / "some.db", Listener()
    _written(path)
    with _hung(path, listener) as bell:
        assert listener.heard()  # what may have been missed before
        assert bell.hears
        for _ in range(3):
            _written(path)
            assert listener.heard()
        with closing(sqlite3.connect(path)) as reader:
            reader.execute("SELECT * FROM t").fetchall()
    assert listener.news == [News(work=True, more=True)] * 4
    assert not bell.hears


def test_a_file_that_is_away_is_listened_to_once_it_is_there_and_never_made(tmp_path: Path) -> None:
    path, listener = tmp_path / "some.db", Listener()
    with _hung(path, listener) as bell:
        assert not bell.hears
        assert not path.exists()
        _written(path)
        assert listener.heard()


async def test_a_store_on_sqlite_notices_what_another_process_commits(
    open_at: Opener, sqlite_database: str
) -> None:
    ours, other = open_at(sqlite_database), open_at(sqlite_database)
    happened = asyncio.Event()
    ours.watch_commits(happened.set)
    assert look_every(ours) == OFTEN
    ours.listen()
    await _soon(happened)
    assert look_every(ours) == SELDOM
    # Which requests changed is not told, so that long polls go on looking.
    assert not ours.hears_others
    await submitted(other)
    await _soon(happened)


async def test_a_store_whose_bell_is_gone_looks_often_again(open_at: Opener, sqlite_database: str) -> None:
    store = open_at(sqlite_database)
    happened = asyncio.Event()
    store.watch_commits(happened.set)
    store.listen()
    await _soon(happened)
    store.close()
    assert look_every(store) == OFTEN


async def _soon(happened: asyncio.Event) -> None:
    async with asyncio.timeout(_NEVER):
        await happened.wait()
    happened.clear()
