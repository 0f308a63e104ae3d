"""What a database takes: bytes of its tables and indexes, and the processes that serve it."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import psycopg

from storage.engine import is_sqlite, sqlite_path


def stored_bytes(url: str) -> int:
    """Bytes of everything that is committed, the log before it not counted."""
    if is_sqlite(url):
        with closing(sqlite3.connect(sqlite_path(url))) as connection:
            pages, free, size = (
                connection.execute(f"PRAGMA {name}").fetchone()[0]
                for name in ("page_count", "freelist_count", "page_size")
            )
            return int((pages - free) * size)
    with psycopg.connect(url) as connection:
        return _number(connection, "SELECT pg_database_size(current_database())")


def database_processes(url: str) -> list[int]:
    """The processes of a PostgreSQL on this machine, its background ones included; none for SQLite."""
    if is_sqlite(url):
        return []
    with psycopg.connect(url) as connection:
        found = connection.execute("SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
        return [pid for (pid,) in found]


def _number(connection: psycopg.Connection, asked: str) -> int:
    [[number]] = connection.execute(asked.encode()).fetchall()
    return int(number)
