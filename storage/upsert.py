"""`INSERT … ON CONFLICT DO NOTHING`, spelled for either engine."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Insert, Table
from sqlalchemy.dialects import postgresql, sqlite


def insert_new(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> int:
    """Insert rows, leaving those that are there already; how many are new."""
    counted = {"preserve_rowcount": True}
    return connection.execute(ignoring(connection, table), list(rows), execution_options=counted).rowcount


def ignoring(connection: Connection, table: Table) -> Insert:
    """An insert statement that passes over conflicting rows."""
    if connection.dialect.name == "sqlite":
        return sqlite.insert(table).on_conflict_do_nothing()
    return postgresql.insert(table).on_conflict_do_nothing()
