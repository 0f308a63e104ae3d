"""Connections: the same code on SQLite and PostgreSQL, with synchronous drivers."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event, make_url

#: by which the server's administrator knows our connections
APPLICATION = "placet"
#: how long SQLite waits for another process's write transaction (seconds)
BUSY_SECONDS = 10.0

#: notice within a quarter of a minute that a server is gone without a word, rather than after hours
#: (postgresql.org/docs/current/libpq-connect.html; seconds, and milliseconds)
_NOTICE_SILENCE = {
    "keepalives_idle": 5,
    "keepalives_interval": 3,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,
}


def normalized(url: str) -> str:
    """A database URL with its driver: a bare path or `sqlite:` is SQLite, `postgresql:` uses psycopg 3."""
    if "://" not in url:
        url = f"sqlite:///{url}"
    parsed = make_url(url)
    if parsed.get_backend_name() == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
    return parsed.render_as_string(hide_password=False)


def is_sqlite(url: str) -> bool:
    """Whether the URL names a SQLite file."""
    return normalized(url).startswith("sqlite")


def is_begun(url: str) -> bool:
    """Whether there may be something stored already: a file of SQLite that is not there holds nothing."""
    if not is_sqlite(url):
        return True
    return bool(make_url(normalized(url)).database) and sqlite_path(url).exists()


def sqlite_path(url: str) -> Path:
    """The file of a SQLite database."""
    return Path(str(make_url(normalized(url)).database))


def write_engine(url: str, *, busy_seconds: float = BUSY_SECONDS, name: str = APPLICATION) -> Engine:
    """An engine for one writer; on SQLite every transaction takes the write lock at its beginning.

    PostgreSQL shows its connections under `name`.
    """
    engine = _engine(url, 1, begin="BEGIN IMMEDIATE", busy_seconds=busy_seconds, name=name)
    return engine if is_sqlite(url) else _beginning_with_others(engine)


def read_engine(url: str, connections: int = 4, *, name: str = APPLICATION) -> Engine:
    """An engine for reads that see committed state only."""
    return _engine(url, connections, begin="BEGIN", busy_seconds=BUSY_SECONDS, name=name)


def bell_engine(url: str, *, name: str = APPLICATION) -> Engine:
    """An engine for the one connection by which processes on a PostgreSQL ring for each other."""
    return _engine(url, 1, begin="BEGIN", busy_seconds=BUSY_SECONDS, name=name)


def _engine(url: str, connections: int, *, begin: str, busy_seconds: float, name: str) -> Engine:
    target = normalized(url)
    if target.startswith("sqlite"):
        engine = create_engine(
            target,
            pool_size=connections,
            max_overflow=0,
            connect_args={"timeout": busy_seconds, "check_same_thread": False},
        )
        _configure_sqlite(engine, begin)
        return engine
    engine = create_engine(
        target,
        pool_size=connections,
        max_overflow=0,
        isolation_level="READ COMMITTED",
        connect_args={
            "connect_timeout": 5,
            "prepare_threshold": 3,
            "application_name": name,
            **_NOTICE_SILENCE,
        },
    )
    _configure_postgres(engine)
    return engine


def _configure_postgres(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def set_up(connection: Any, _record: Any) -> None:
        # The server's own 4 is about turning disks; a hundred lookups would seem dearer than a whole table.
        try:
            connection.execute("SET random_page_cost = 1.1")
            connection.commit()
        except BaseException:  # cancelled or broken alike
            # Nobody else knows this connection yet.
            connection.close()
            raise


def _beginning_with_others(engine: Engine) -> Engine:
    """Begin transactions by a statement that can travel with those after it; the driver waits for its own.

    In its autocommit mode psycopg begins none itself, and its commit ends the one that was begun.
    """
    own = engine.execution_options(isolation_level="AUTOCOMMIT")

    @event.listens_for(own, "begin")
    def start(connection: Any) -> None:
        connection.connection.cursor().execute("BEGIN ISOLATION LEVEL READ COMMITTED", prepare=False)

    return own


def _configure_sqlite(engine: Engine, begin: str) -> None:
    @event.listens_for(engine, "connect")
    def set_up(connection: sqlite3.Connection, _record: Any) -> None:
        connection.isolation_level = None
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("PRAGMA cache_size=-32000")
        connection.execute("PRAGMA wal_autocheckpoint=4000")

    @event.listens_for(engine, "begin")
    def start(connection: Any) -> None:
        connection.exec_driver_sql(begin)
