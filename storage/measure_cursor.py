"""The cursor of the measures: how far they have followed the seals, and which requests changed after that.

A seal stands for events that were committed, each under one seal only, and seals are made one after another:
so what is under them is everything, once. Unlike times and ids, which are taken before COMMIT.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, and_, or_, select, update

from bot.domain.ids import REQUEST
from storage.audit_tables import AuditRow, SealRow
from storage.measure_tables import MeasureCursorRow
from storage.upsert import insert_new

#: what the stored numbers mean; to be raised when that changes, so that all are worked out anew
FORMAT = 1
#: events that are looked at for each request that a step may take, at the most
EVENTS = 8

_audit = AuditRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it at class creation
_seal = SealRow.__table__  # type: ignore[attr-defined]  # likewise
_cursor = MeasureCursorRow.__table__  # type: ignore[attr-defined]  # likewise


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """Everything under smaller seals is counted, and under this one the subjects up to that one."""

    format: int = FORMAT
    seal: int = 0
    subject: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """Requests that changed after a cursor."""

    ids: tuple[str, ...]
    #: where to go on
    cursor: Cursor
    #: when the last seal that was read was made, in microseconds since 1970
    counted_until: int | None


def read_cursor(connection: Connection) -> Cursor:
    """How far the measures are; at the very beginning where nothing was counted yet."""
    row = connection.execute(select(_cursor)).one_or_none()
    return Cursor() if row is None else Cursor(format=row.format, seal=row.seal, subject=row.subject)


def changed_since(connection: Connection, cursor: Cursor, limit: int) -> Changed | None:
    """The next requests, at most `limit`; None when all is counted."""
    events = connection.execute(_after(cursor).limit(EVENTS * limit)).all()
    if not events:
        return None
    ids: dict[str, None] = {}
    last = events[0]
    for event in events:
        if event.subject.startswith(f"{REQUEST}_") and event.subject not in ids:
            if len(ids) == limit:
                break
            ids[event.subject] = None
        last = event
    made_at = connection.execute(select(_seal.c.at).where(_seal.c.number == last.seal)).scalar()
    after = Cursor(seal=last.seal, subject=last.subject)
    return Changed(ids=tuple(ids), cursor=after, counted_until=made_at)


def is_anything_after(connection: Connection, cursor: Cursor) -> bool:
    """Whether anything was sealed after a cursor."""
    return connection.execute(_after(cursor).limit(1)).one_or_none() is not None


def move_cursor(connection: Connection, before: Cursor, changed: Changed) -> bool:
    """Write down how far the measures are now; false when somebody else moved the cursor meanwhile."""
    first = {"id": 1, "format": FORMAT, "seal": 0, "subject": "", "counted_until": None}
    if before == Cursor():
        insert_new(connection, _cursor, [first])
    stood = and_(*(_cursor.c[name] == getattr(before, name) for name in ("format", "seal", "subject")))
    moved = update(_cursor).where(stood)
    after = changed.cursor
    values = {"seal": after.seal, "subject": after.subject, "counted_until": changed.counted_until}
    return connection.execute(moved.values(values)).rowcount == 1


def _after(cursor: Cursor) -> Select[Any]:
    """Events in the order of their seals, and under one seal of their subjects."""
    later = or_(_audit.c.seal > cursor.seal, _audit.c.subject > cursor.subject)
    return (
        select(_audit.c.seal, _audit.c.subject)
        .where(_audit.c.seal.is_not(None), _audit.c.seal >= cursor.seal, later)
        .order_by(_audit.c.seal, _audit.c.subject)
    )
