"""Pruning: what is kept for a while only."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Connection, delete, select, update

from storage.context import Batch
from storage.stamps import to_stamp
from storage.tables import ApprovalRow, CommandRow, WebLinkRow, WebSessionRow

#: how long the same command, or the same idempotency key, finds what it did before
REMEMBERED = timedelta(days=30)
#: rows of a kind in one transaction at the most, so that no caller waits for housekeeping
AT_ONCE = 500

_approval = ApprovalRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it at class creation
_command = CommandRow.__table__  # type: ignore[attr-defined]  # likewise
_link = WebLinkRow.__table__  # type: ignore[attr-defined]  # likewise
_session = WebSessionRow.__table__  # type: ignore[attr-defined]  # likewise


def prune(connection: Connection, batch: Batch) -> int:
    """Remove what is past its time; how many rows. Call again while it removes as many as it may."""
    horizon = to_stamp(batch.now - REMEMBERED)
    commands = select(_command.c.id).where(_command.c.at < horizon).order_by(_command.c.at).limit(AT_ONCE)
    # Ids begin with their time, so that the primary key finds the old ones.
    keyed = (
        select(_approval.c.id)
        .where(_approval.c.idempotency_key.is_not(None), _approval.c.created_at < horizon)
        .order_by(_approval.c.id)
        .limit(AT_ONCE)
    )
    removed = connection.execute(delete(_command).where(_command.c.id.in_(commands))).rowcount
    forgotten = update(_approval).where(_approval.c.id.in_(keyed)).values(idempotency_key=None)
    removed += connection.execute(forgotten).rowcount
    connection.execute(delete(_link).where(_link.c.expires_at < batch.stamp))
    connection.execute(delete(_session).where(_session.c.expires_at < batch.stamp))
    return removed
