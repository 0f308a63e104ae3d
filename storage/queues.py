"""The queues that work waits in: copies of cards and outbox, each by destination and due time."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    Connection,
    Dialect,
    Integer,
    Row,
    Select,
    Table,
    Text,
    Update,
    select,
    text,
)
from sqlalchemy import update as sql_update

from bot.ports import JobsAhead
from storage.many import Given, Many
from storage.prepared import Later, Prepared, given
from storage.stamps import from_stamp
from storage.straight import together
from storage.tables import CardRow, OutboxRow

#: steps from one destination to the next by index, so that 20,000 rows behind one cost one look
_READY = """
WITH RECURSIVE found(destination) AS (
    SELECT min(destination) FROM {table} WHERE due_at IS NOT NULL
    UNION ALL
    SELECT (SELECT min(t.destination) FROM {table} t
            WHERE t.due_at IS NOT NULL AND t.destination > found.destination)
    FROM found WHERE found.destination IS NOT NULL
)
SELECT destination,
       (SELECT min(t.due_at) FROM {table} t
        WHERE t.due_at IS NOT NULL AND t.destination = found.destination) AS due_at
FROM found WHERE destination IS NOT NULL
ORDER BY due_at
"""


class Queue:
    """Rows of one table that wait; a lease moves their due time forward."""

    def __init__(self, table: Table, **leased: Any) -> None:
        """`leased` are further columns that a lease sets."""
        self._ready = Prepared(lambda _: text(_READY.format(table=table.name)))
        self._due = Prepared(lambda _: _finding(table))
        self._lease = Many({"id": Text(), "until": BigInteger()}, _leasing(table, leased))

    def destinations(self, connection: Connection) -> Later[Sequence[tuple[int, str]]]:
        """Destinations with anything waiting and when that is due first, those that wait longest first."""
        ready = self._ready.ask(connection)
        return lambda: [(row.due_at, row.destination) for row in ready()]

    def due(self, connection: Connection, destination: str, now: int, limit: int) -> Later[list[Row[Any]]]:
        """What is due for a destination and nobody else is about to take."""
        return self._due.ask(connection, destination=destination, now=now, limit=limit)

    def lease(self, connection: Connection, rows: Sequence[Row[Any]], until: int) -> None:
        """Put rows off until the lease ends."""
        self._lease.ask(connection, [{"id": row.id, "until": until} for row in rows])


def _finding(table: Table) -> Select[Any]:
    due = select(table).where(
        table.c.destination == given("destination", Text()), table.c.due_at <= given("now", BigInteger())
    )
    oldest = due.order_by(table.c.due_at, table.c.id).limit(given("limit", Integer()))
    return oldest.with_for_update(skip_locked=True)


def _leasing(table: Table, leased: dict[str, Any]) -> Any:
    def build(_: Dialect, given: Given) -> Update:
        until = dict.fromkeys(("due_at", "leased_until"), given["until"])
        changes = {**until, "attempts": table.c.attempts + 1, **leased}
        return sql_update(table).where(table.c.id == given["id"]).values(changes)

    return build


_card = CardRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it at class creation

#: a copy that has no message is being posted; until its end is known it may be there
CARDS = Queue(_card, uncertain=_card.c.message.is_(None))
OUTBOX = Queue(OutboxRow.__table__)  # type: ignore[attr-defined]  # likewise


def jobs_ahead(connection: Connection, full: Collection[str], now: int) -> JobsAhead:
    """What waits, but for destinations that are full: whether anything is due, and when the next will be."""
    with together(connection):
        asked = [queue.destinations(connection) for queue in (CARDS, OUTBOX)]
    waiting = [due_at for found in asked for due_at, name in found() if name not in full]
    next_at = min((due_at for due_at in waiting if due_at > now), default=None)
    return JobsAhead(
        is_any_due=any(due_at <= now for due_at in waiting),
        next_at=None if next_at is None else from_stamp(next_at),
    )
