"""Pruning: what is kept for a while only. Idempotency keys end by themselves (`replays`).

Requests, what was shown and the audit stay (`retaining` empties them); of a finished request, what was only
needed to carry something out goes: commands, callbacks.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Connection, delete, select

from bot.domain import ids
from storage.access_tables import WebLinkRow, WebSessionRow
from storage.context import Batch
from storage.draft_tables import DraftRow
from storage.installation_tables import InstallStateRow
from storage.replays import REMEMBERED
from storage.stamps import to_stamp
from storage.steering_tables import SteeringPreviewRow
from storage.tables import CommandRow, OutboxRow

#: rows of a kind in one transaction at the most, so that no caller waits for housekeeping
AT_ONCE = 500

#: how long a callback that was delivered or given up can be listed and sent again
CALLBACKS_KEPT = timedelta(days=30)

_command = CommandRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it at class creation
_draft = DraftRow.__table__  # type: ignore[attr-defined]  # likewise
_link = WebLinkRow.__table__  # type: ignore[attr-defined]  # likewise
_session = WebSessionRow.__table__  # type: ignore[attr-defined]  # likewise
_outbox = OutboxRow.__table__  # type: ignore[attr-defined]  # likewise
_preview = SteeringPreviewRow.__table__  # type: ignore[attr-defined]  # likewise
_state = InstallStateRow.__table__  # type: ignore[attr-defined]  # likewise


def prune(connection: Connection, batch: Batch) -> int:
    """Remove what is past its time; the most rows of a kind. Call again while these are as many as may be."""
    horizon = to_stamp(batch.now - REMEMBERED)
    commands = select(_command.c.id).where(_command.c.at < horizon).order_by(_command.c.at).limit(AT_ONCE)
    removed = connection.execute(delete(_command).where(_command.c.id.in_(commands))).rowcount
    connection.execute(delete(_link).where(_link.c.expires_at < batch.stamp))
    connection.execute(delete(_session).where(_session.c.expires_at < batch.stamp))
    connection.execute(delete(_draft).where(_draft.c.expires_at < batch.stamp))
    connection.execute(delete(_preview).where(_preview.c.made_at < horizon))
    connection.execute(delete(_state).where(_state.c.expires_at < batch.stamp))
    return max(removed, _callbacks(connection, batch))


def _callbacks(connection: Connection, batch: Batch) -> int:
    horizon = batch.now - CALLBACKS_KEPT
    # Along the primary key: ids grow with the time at which callbacks are made.
    oldest = select(_outbox.c.id).where(
        _outbox.c.id > f"{ids.CALLBACK}_",
        _outbox.c.id < ids.first_at(ids.CALLBACK, horizon.timestamp()),
        _outbox.c.state.in_(("done", "dead")),
        _outbox.c.settled_at < to_stamp(horizon),
    )
    settled = oldest.order_by(_outbox.c.id).limit(AT_ONCE)
    return connection.execute(delete(_outbox).where(_outbox.c.id.in_(settled))).rowcount
