"""The rows behind attempts, locked while these are written down."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, Table, select

from bot.ports import Attempted
from storage.among import Lookup


def locking(table: Table) -> Lookup:
    """Rows of a table by id, locked in one order in every process."""
    return Lookup(lambda among: select(table).where(among(table.c.id)).order_by(table.c.id).with_for_update())


def is_overtaken(attempt: Attempted, row: Row[Any]) -> bool:
    """Whether a failure is old news: its lease ran out, and somebody is at the next attempt already."""
    return attempt.retry_at is not None and bool(row.attempts != attempt.job.attempts)
