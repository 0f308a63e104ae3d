"""Pruning: what is kept for a while only. Idempotency keys end by themselves (`replays`)."""

from __future__ import annotations

from sqlalchemy import Connection, delete, select

from storage.access_tables import WebLinkRow, WebSessionRow
from storage.context import Batch
from storage.draft_tables import DraftRow
from storage.installation_tables import InstallStateRow
from storage.replays import REMEMBERED
from storage.stamps import to_stamp
from storage.steering_tables import SteeringPreviewRow
from storage.tables import CommandRow

#: rows of a kind in one transaction at the most, so that no caller waits for housekeeping
AT_ONCE = 500

_command = CommandRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it at class creation
_draft = DraftRow.__table__  # type: ignore[attr-defined]  # likewise
_link = WebLinkRow.__table__  # type: ignore[attr-defined]  # likewise
_session = WebSessionRow.__table__  # type: ignore[attr-defined]  # likewise
_preview = SteeringPreviewRow.__table__  # type: ignore[attr-defined]  # likewise
_state = InstallStateRow.__table__  # type: ignore[attr-defined]  # likewise


def prune(connection: Connection, batch: Batch) -> int:
    """Remove what is past its time; how many rows. Call again while it removes as many as it may."""
    horizon = to_stamp(batch.now - REMEMBERED)
    commands = select(_command.c.id).where(_command.c.at < horizon).order_by(_command.c.at).limit(AT_ONCE)
    removed = connection.execute(delete(_command).where(_command.c.id.in_(commands))).rowcount
    connection.execute(delete(_link).where(_link.c.expires_at < batch.stamp))
    connection.execute(delete(_session).where(_session.c.expires_at < batch.stamp))
    connection.execute(delete(_draft).where(_draft.c.expires_at < batch.stamp))
    connection.execute(delete(_preview).where(_preview.c.made_at < horizon))
    connection.execute(delete(_state).where(_state.c.expires_at < batch.stamp))
    return removed
