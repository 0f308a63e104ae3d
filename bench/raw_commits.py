"""Group commits with the bare drivers: what a database takes when nothing is thought about in between.

A unit is as large as a request is: three rows of about 3.4 KB, 0.7 KB and 0.2 KB, one of them in a second
index; deciding reads the first row, writes it again, and adds one of each of the others.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg

from bot.domain import ids
from storage.engine import is_sqlite, sqlite_path

_TABLES = (
    "CREATE TABLE unit (id TEXT PRIMARY KEY, status TEXT NOT NULL, body TEXT NOT NULL)",
    "CREATE TABLE event (unit TEXT, seq INTEGER, body TEXT NOT NULL, PRIMARY KEY (unit, seq))",
    "CREATE TABLE effect (id TEXT PRIMARY KEY, due BIGINT NOT NULL, body TEXT NOT NULL)",
    "CREATE INDEX effect_due ON effect (due)",
)
_BODY, _EVENT, _EFFECT = "b" * 3400, "e" * 700, "o" * 200
_BATCH = 64


def raw_rates(url: str, units: int) -> tuple[float, float]:
    """Units a second that are taken in, then decided, in batches of 64."""
    made = [ids.new_id(ids.REQUEST) for _ in range(units)]
    with _opened(url) as (cursor, mark):
        return _rate(cursor, made, mark, _take_in), _rate(cursor, made, mark, _decide)


def _rate(cursor: Any, made: Sequence[str], mark: str, step: Any) -> float:
    began = time.perf_counter()
    for first in range(0, len(made), _BATCH):
        step(cursor, made[first : first + _BATCH], mark)
    return len(made) / (time.perf_counter() - began)


def _take_in(cursor: Any, made: Sequence[str], mark: str) -> None:
    cursor.execute("BEGIN")
    cursor.executemany(_insert("unit", mark), [(each, "pending", _BODY) for each in made])
    _add(cursor, made, mark, 1)
    cursor.execute("COMMIT")


def _decide(cursor: Any, made: Sequence[str], mark: str) -> None:
    cursor.execute("BEGIN")
    marks = ", ".join([mark] * len(made))
    cursor.execute(f"SELECT id, status, body FROM unit WHERE id IN ({marks}) ORDER BY id", made)
    rows = [("approved", body, each) for each, _, body in cursor.fetchall()]
    cursor.executemany(f"UPDATE unit SET status = {mark}, body = {mark} WHERE id = {mark}", rows)
    _add(cursor, made, mark, 2)
    cursor.execute("COMMIT")


def _add(cursor: Any, made: Sequence[str], mark: str, seq: int) -> None:
    cursor.executemany(_insert("event", mark), [(each, seq, _EVENT) for each in made])
    cursor.executemany(_insert("effect", mark), [(f"{each}-{seq}", seq, _EFFECT) for each in made])


def _insert(table: str, mark: str) -> str:
    return f"INSERT INTO {table} VALUES ({mark}, {mark}, {mark})"


@contextmanager
def _opened(url: str) -> Iterator[tuple[Any, str]]:
    """A cursor on empty tables, and what stands for a parameter; it syncs as the product's writer does."""
    connection: sqlite3.Connection | psycopg.Connection
    if is_sqlite(url):
        connection = sqlite3.connect(sqlite_path(url), isolation_level=None)
        for setting in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "cache_size=-32000",
            "wal_autocheckpoint=4000",
        ):
            connection.execute(f"PRAGMA {setting}")
    else:
        connection = psycopg.connect(url, autocommit=True)
    try:
        cursor: Any = connection.cursor()
        for table in _TABLES:
            cursor.execute(table)
        yield cursor, "?" if is_sqlite(url) else "%s"
    finally:
        connection.close()
