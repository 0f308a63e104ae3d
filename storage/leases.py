"""Leases that a dead process left behind, given back before they run out by themselves."""

from __future__ import annotations

from sqlalchemy import Connection, update

from storage.batch_tables import BatchCardRow
from storage.context import Batch
from storage.tables import CardRow, OutboxRow

_card = CardRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it at class creation
_batch = BatchCardRow.__table__  # type: ignore[attr-defined]  # likewise
_outbox = OutboxRow.__table__  # type: ignore[attr-defined]  # likewise


def release(connection: Connection, batch: Batch) -> int:
    """Make everything that is leased due now; how many jobs.

    Only for a process that knows to be the only one. What waits for its next attempt keeps its time.
    Attempts stay counted and copies uncertain, as after any lease that ran out.
    """
    released = 0
    for table in (_card, _outbox):
        leased = update(table).where(table.c.due_at > batch.stamp, table.c.leased_until > batch.stamp)
        released += connection.execute(leased.values(due_at=batch.stamp, leased_until=None)).rowcount
    connection.execute(update(_batch).where(_batch.c.rests_until > batch.stamp).values(rests_until=None))
    batch.has_effects |= released > 0
    return released
