"""Audit events about something that is not a request: a key, the policy."""

from __future__ import annotations

from sqlalchemy import Connection, select, update

from bot.domain.events import Event
from storage.audit import GENESIS, Chain
from storage.audit_tables import AuditRow, ChainRow
from storage.context import Batch
from storage.upsert import insert_new

_chain = ChainRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it at class creation
_audit = AuditRow.__table__  # type: ignore[attr-defined]  # likewise


def record(connection: Connection, batch: Batch, subject: str, event: Event) -> None:
    """Append an event to a subject's chain, on the subject's locked head."""
    chain = lock(connection, subject)
    connection.execute(_audit.insert(), [chain.append(event, batch.stamp)])
    moved = update(_chain).where(_chain.c.subject == subject)
    connection.execute(moved.values(seq=chain.seq, head=chain.head))


def lock(connection: Connection, subject: str) -> Chain:
    """The head of a subject's chain, which nobody else moves before this transaction ends."""
    insert_new(connection, _chain, [{"subject": subject, "seq": 0, "head": GENESIS}])
    row = connection.execute(select(_chain).where(_chain.c.subject == subject).with_for_update()).one()
    return Chain(subject, row.seq, row.head)
