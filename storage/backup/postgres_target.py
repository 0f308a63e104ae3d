"""Whether a PostgreSQL database is free for a dump that is about to be put back, and nobody is in it."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, text
from sqlmodel import SQLModel

from storage.engine import write_engine
from storage.schema_tables import SchemaRow

#: made by migrations after the first, so that a backup from before them has not got them
_LATER = (SchemaRow.__table__,)  # type: ignore[attr-defined]  # SQLModel adds it at class creation

_OTHERS = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    " AND backend_type = 'client backend'"
)
_TABLES = (
    "SELECT relname, oid FROM pg_class"
    " WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'f')"
)


def others_connected(url: str) -> int:
    """How many other connections the database has."""
    engine = write_engine(url)
    try:
        with engine.begin() as connection:
            return int(connection.execute(text(_OTHERS)).scalar_one())
    finally:
        engine.dispose()


def tables(url: str) -> Mapping[str, int]:
    """What would be written over: names, and numbers that a table which is made anew does not keep."""
    engine = write_engine(url)
    try:
        with engine.begin() as connection:
            return _numbered(connection)
    finally:
        engine.dispose()


def drop_left_over(url: str, before: Mapping[str, int]) -> None:
    """Drop what an older backup did not replace, because its schema had no such tables.

    The migrations that follow make them anew, and would find them in their way.
    """
    engine = write_engine(url)
    try:
        with engine.begin() as connection:
            now = _numbered(connection)
            left = [table for table in _LATER if now.get(table.name, 0) == before.get(table.name)]
            SQLModel.metadata.drop_all(connection, tables=left)
    finally:
        engine.dispose()


def _numbered(connection: Connection) -> Mapping[str, int]:
    return {name: int(oid) for name, oid in connection.execute(text(_TABLES))}
