"""Adding counts to those that are stored: one statement, a row for each cell."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Dialect, Insert, func, literal_column, select
from sqlalchemy.dialects import postgresql, sqlite

from storage.engine import is_sqlite
from storage.history_amounts import MOST
from storage.history_tables import HistoryCountRow
from storage.many import Given, Many

#: so many processes can count the same without waiting for each other; each adds rows that are read
SHARDS = 16

_count = HistoryCountRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it at class creation
_KEY = ("key", "action", "day", "currency", "shard")
_NUMBERS = ("submitted", "automatic", "approved", "rejected")


def _adding(dialect: Dialect, given: Given) -> Insert:
    if dialect.name == "sqlite":
        row = sqlite.insert(_count).values(dict(given))
        return row.on_conflict_do_update(index_elements=_KEY, set_=_sums(row.excluded, func.min))
    rows = postgresql.insert(_count).from_select(list(given), select(*given.values()))
    return rows.on_conflict_do_update(index_elements=_KEY, set_=_sums(rows.excluded, func.least))


def _sums(added: Any, least: Any) -> dict[str, ColumnElement[Any]]:
    sums = {name: _count.c[name] + added[name] for name in _NUMBERS}
    return {**sums, "amount": least(_count.c.amount + added.amount, literal_column(str(MOST)))}


_add = Many({column.name: column.type for column in _count.columns}, _adding)


def shard_for(url: str) -> int:
    """Which rows a store that opens this database writes: two processes seldom the same."""
    return 0 if is_sqlite(url) else secrets.randbelow(SHARDS)


def add_counts(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Add rows of a tally to what is stored."""
    _add.run(connection, rows)
