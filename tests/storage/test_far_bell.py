"""Two processes on one PostgreSQL hear of each other's commits at once; here they are two stores."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import create_engine, text

from bot.looking import OFTEN, SELDOM, look_every
from bot.secrets import SecretBox
from storage.engine import normalized
from storage.far_news import News, payloads
from storage.keys import KeyStore
from storage.store import SqlStore
from tests.builders import a_press
from tests.storage.conftest import Opener
from tests.storage.steps import submitted

#: nothing is waited for so long unless it never comes (seconds)
_NEVER = 60.0


class Heard:
    """What one store was told, in order."""

    def __init__(self, store: SqlStore, *, works: bool = False) -> None:
        self.changed: list[str] = []
        self.looks: list[timedelta] = []
        self._store = store
        self._new = asyncio.Event()
        store.watch(self._on_change)
        if works:
            store.watch_work(self._on_work)

    async def until(self, is_so: Callable[[], bool]) -> None:
        """Wait for it."""
        async with asyncio.timeout(_NEVER):
            while not is_so():
                self._new.clear()
                await self._new.wait()

    def _on_change(self, changed: object) -> None:
        self.changed += list(changed) if isinstance(changed, list) else []
        self._new.set()

    def _on_work(self, within: timedelta) -> None:
        self.looks.append(within)
        self._new.set()


async def _both(open_at: Opener, url: str) -> tuple[SqlStore, SqlStore]:
    stores = open_at(url), open_at(url)
    for store in stores:
        await _listening(store)
    return stores


async def _listening(store: SqlStore) -> None:
    connected = Heard(store, works=True)
    store.listen()
    await connected.until(lambda: bool(connected.looks))
    assert store.hears_others


async def test_a_commit_elsewhere_is_heard_of_with_the_request(
    open_at: Opener, postgres_database: str
) -> None:
    one, other = await _both(open_at, postgres_database)
    heard = Heard(other)
    request = await submitted(one)
    await heard.until(lambda: request.id in heard.changed)
    await one.move(a_press(request))
    await heard.until(lambda: heard.changed.count(request.id) == 2)


async def test_what_nobody_works_on_there_is_looked_for_here_at_once(
    open_at: Opener, postgres_database: str
) -> None:
    one, other = open_at(postgres_database), open_at(postgres_database)
    one.listen()
    await _listening(other)
    heard = Heard(other, works=True)
    await submitted(one)
    await heard.until(lambda: timedelta(0) in heard.looks)


async def test_what_a_worker_there_sees_to_is_looked_for_here_in_a_while(
    open_at: Opener, postgres_database: str
) -> None:
    one, other = await _both(open_at, postgres_database)
    heard = Heard(other, works=True)
    await submitted(one)
    await heard.until(lambda: bool(heard.looks))
    assert set(heard.looks) == {OFTEN}


async def test_what_changes_no_request_is_heard_of_elsewhere_all_the_same(
    open_at: Opener, postgres_database: str
) -> None:
    one, other = await _both(open_at, postgres_database)
    happened = asyncio.Event()
    other.watch_commits(happened.set)
    await KeyStore(one, SecretBox(["k" * 32])).create("support-bot")
    async with asyncio.timeout(_NEVER):
        await happened.wait()


async def test_who_hears_looks_seldom(open_at: Opener, postgres_database: str) -> None:
    store = open_at(postgres_database)
    assert look_every(store) == OFTEN
    await _listening(store)
    assert look_every(store) == SELDOM


async def test_a_bell_whose_connection_was_cut_is_hung_again_and_rings_for_what_it_may_have_missed(
    open_at: Opener, postgres_database: str, caplog: pytest.LogCaptureFixture
) -> None:
    one, other = await _both(open_at, postgres_database)
    heard = Heard(other, works=True)
    engine = create_engine(normalized(postgres_database))
    with engine.connect() as connection:
        # The server is everybody's: another worker may listen on a database of its own.
        ringing = "datname = current_database() AND query LIKE '%pg_notify%' AND pid <> pg_backend_pid()"
        cut = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {ringing}"
        assert len(connection.execute(text(cut)).all()) == 2
    engine.dispose()
    await heard.until(lambda: timedelta(0) in heard.looks)
    request = await submitted(one)
    await heard.until(lambda: request.id in heard.changed)
    assert "Other processes are not heard" in caplog.text


async def test_what_a_short_visit_changed_is_told_before_it_ends(
    open_at: Opener, postgres_database: str
) -> None:
    visitor, worker = open_at(postgres_database), open_at(postgres_database)
    await _listening(worker)
    heard = Heard(worker)
    visitor.listen()
    request = await submitted(visitor)
    await asyncio.to_thread(visitor.close)
    await heard.until(lambda: request.id in heard.changed)


async def test_nothing_rings_on_sqlite(open_at: Opener, sqlite_database: str) -> None:
    store = open_at(sqlite_database)
    store.listen()
    await submitted(store)
    assert not store.hears_others


@pytest.mark.parametrize("number", [0, 1, 150, 151, 1000])
def test_news_fit_into_what_postgresql_passes_on(number: int) -> None:
    ids = [f"apr_{n:026}" for n in range(number)]
    told = News(by="placet/1", changed=dict.fromkeys(ids), work=True, holds=True, more=True)
    pieces = list(payloads(told))
    assert max(len(piece.encode()) for piece in pieces) < 8000
    heard = News(by="placet/1")
    for piece in pieces:
        heard += News.read(piece)
    assert heard == told


def test_words_of_a_newer_version_are_passed_over() -> None:
    assert News.read("later,work placet/1 apr_1") == News(by="placet/1", changed={"apr_1": None}, work=True)
