"""Whether a PostgreSQL database is free for a dump that is about to be put back, and nobody is in it."""

from __future__ import annotations

from sqlalchemy import text

from storage.engine import write_engine

_OTHERS = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    " AND backend_type = 'client backend'"
)
_TABLES = "SELECT count(*) FROM information_schema.tables WHERE table_schema = current_schema()"


def others_connected(url: str) -> int:
    """How many other connections the database has."""
    return _number(url, _OTHERS)


def holds_tables(url: str) -> bool:
    """Whether there is anything in it that would be written over."""
    return _number(url, _TABLES) > 0


def _number(url: str, query: str) -> int:
    engine = write_engine(url)
    try:
        with engine.begin() as connection:
            return int(connection.execute(text(query)).scalar_one())
    finally:
        engine.dispose()
