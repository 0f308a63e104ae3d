"""Leases that a dead process left behind, given back before they run out by themselves."""

from __future__ import annotations

from sqlalchemy import Connection, text, update

from storage.batch_tables import BatchCardRow
from storage.context import Batch
from storage.tables import CardRow, OutboxRow

_card = CardRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it at class creation
_batch = BatchCardRow.__table__  # type: ignore[attr-defined]  # likewise
_outbox = OutboxRow.__table__  # type: ignore[attr-defined]  # likewise


#: everybody else's connections to this database, whatever they are; the server's own work has no user
_OTHERS = """
SELECT 1 FROM pg_stat_activity
WHERE datname = current_database() AND usename IS NOT NULL AND application_name IS DISTINCT FROM :name LIMIT 1
"""


def release_if_alone(connection: Connection, batch: Batch, name: str) -> int:
    """`release`, where PostgreSQL shows no connection but those under `name`; how many jobs.

    Another process, of whatever version, is connected as long as it lives, and so is a pool in between.
    """
    others = connection.execute(text(_OTHERS), {"name": name}).first()
    return release(connection, batch) if others is None else 0


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
