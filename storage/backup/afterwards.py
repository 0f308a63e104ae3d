"""What has to be marked in a database that was put back: the world outside went on without it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, and_, func, or_, select, update

from bot.domain.events import Event, EventKind, Fact
from storage.audit_tables import AuditRow, SealRow
from storage.batch_tables import BatchCardRow
from storage.context import Batch
from storage.subject_chain import record
from storage.tables import ApprovalRow, CardRow

#: the chain on which restoring is recorded
SUBJECT = "database"

_approval = ApprovalRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it at class creation
_audit = AuditRow.__table__  # type: ignore[attr-defined]  # likewise
_seal = SealRow.__table__  # type: ignore[attr-defined]  # likewise
_card = CardRow.__table__  # type: ignore[attr-defined]  # likewise
_batch = BatchCardRow.__table__  # type: ignore[attr-defined]  # likewise


@dataclass(frozen=True, kw_only=True, slots=True)
class Restored:
    """What a restored database holds that people should know of."""

    events: int
    seals: int
    #: requests that wait for a decision, although one may have been made since
    pending: int
    #: copies of their cards that are drawn again
    redrawn: int


def mark_restored(connection: Connection, batch: Batch, *, backup: str) -> Restored:
    """Record on the audit trail that a backup (by its SHA-256) was put back, and mend what is told outside.

    A card that was not posted yet may have been since, so it is looked for before it is posted; the cards of
    what waits may show a later state, so they are drawn again.
    """
    events = int(connection.execute(select(func.count()).select_from(_audit)).scalar_one())
    seals = int(connection.execute(select(func.coalesce(func.max(_seal.c.number), 0))).scalar_one())
    facts: dict[str, Fact] = {"backup": backup, "events": events, "seal": seals}
    record(connection, batch, SUBJECT, Event(kind=EventKind.DATABASE_RESTORED, actor="operator", facts=facts))
    _look_before_posting(connection)
    waits = select(_approval.c.id).where(_approval.c.ended_at.is_(None))
    pending = int(connection.execute(select(func.count()).select_from(waits.subquery())).scalar_one())
    batch.has_effects = True
    stands = or_(_card.c.message.is_not(None), and_(_card.c.batch.is_not(None), _card.c.shown_version > 0))
    redrawn = connection.execute(
        update(_card)
        .where(stands, _card.c.request_id.in_(waits))
        .values(due_at=batch.stamp, leased_until=None)
    ).rowcount
    return Restored(events=events, seals=seals, pending=pending, redrawn=redrawn)


def _look_before_posting(connection: Connection) -> None:
    unposted = and_(_card.c.message.is_(None), _card.c.due_at.is_not(None))
    connection.execute(update(_card).where(unposted).values(uncertain=True))
    connection.execute(update(_batch).where(_batch.c.message.is_(None)).values(uncertain=True))
