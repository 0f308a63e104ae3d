"""What waits for the worker, for the watchdog."""

from __future__ import annotations

from sqlalchemy import Connection, case, func, or_, select

from bot.ports import Backlog
from storage.stamps import from_stamp
from storage.tables import CardRow, OutboxRow
from storage.timers import overdue

_card = CardRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it at class creation
_outbox = OutboxRow.__table__  # type: ignore[attr-defined]  # likewise


def backlog(connection: Connection, *, now: int, overdue_since: int) -> Backlog:
    """Count what is due and untouched (stamps in microseconds since 1970)."""
    free_cards = (
        _card.c.due_at <= now,
        or_(_card.c.leased_until.is_(None), _card.c.leased_until <= now),
    )
    # A card that stands may be days old before it is to be drawn again.
    card_since = case((_card.c.message.is_(None), _card.c.created_at), else_=_card.c.due_at)
    counts = [
        connection.execute(select(func.count(), func.min(card_since)).where(*free_cards)).one(),
        connection.execute(
            select(func.count(), func.min(_outbox.c.created_at)).where(_outbox.c.due_at <= now)
        ).one(),
    ]
    oldest = min((row[1] for row in counts if row[1] is not None), default=None)
    return Backlog(
        overdue_timers=overdue(connection, overdue_since),
        waiting_jobs=sum(row[0] for row in counts),
        oldest_job_at=None if oldest is None else from_stamp(oldest),
    )
