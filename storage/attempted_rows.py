"""The rows behind attempts, locked while these are written down."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Row, Table, select

from bot.ports import Attempted
from storage.among import among


def locked_rows(connection: Connection, table: Table, ids: Iterable[str]) -> dict[str, Row[Any]]:
    """Rows by id, locked in one order in every process."""
    query = select(table).where(among(connection, table.c.id, sorted(ids))).order_by(table.c.id)
    return {row.id: row for row in connection.execute(query.with_for_update())}


def is_overtaken(attempt: Attempted, row: Row[Any]) -> bool:
    """Whether a failure is old news: its lease ran out, and somebody is at the next attempt already."""
    return attempt.retry_at is not None and bool(row.attempts != attempt.job.attempts)
