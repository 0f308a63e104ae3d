"""Callbacks for the operator: what waits, what is dead, and sending again.

Sending again is a command with an id, so that it happens once when it is run again after a COMMIT in doubt.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, TextClause, select, text, update

from bot.domain import ids
from bot.domain.errors import Conflict, NotFound
from bot.domain.events import Event, EventKind, Fact
from storage.context import Batch
from storage.stamps import from_stamp
from storage.store import SqlStore
from storage.subject_chain import record
from storage.tables import STUCK, ApprovalRow, CommandRow, OutboxRow
from storage.upsert import insert_new

_approval = ApprovalRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it at class creation
_command = CommandRow.__table__  # type: ignore[attr-defined]  # likewise
_outbox = OutboxRow.__table__  # type: ignore[attr-defined]  # likewise


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackInfo:
    """One callback, as an operator sees it."""

    id: str
    request_id: str
    type: str
    url: str
    #: `waiting`, `held`, `done` or `dead`
    state: str
    attempts: int
    created_at: datetime
    #: when it is tried next
    due_at: datetime | None
    settled_at: datetime | None
    #: why the last attempt failed
    why: str | None


class CallbackStore:
    """All callbacks that were not pruned."""

    def __init__(self, store: SqlStore) -> None:
        self._store = store

    async def listed(self, state: str | None = None, limit: int = 100) -> Sequence[CallbackInfo]:
        """Callbacks, newest first, of one state or of all."""

        def run(connection: Connection) -> list[CallbackInfo]:
            query = select(_outbox).where(_outbox.c.kind == "callback")
            if state is not None:
                query = query.where(_outbox.c.state == state, *_rare(state))
            rows = connection.execute(query.order_by(_outbox.c.id.desc()).limit(limit))
            return [
                CallbackInfo(
                    id=row.id,
                    request_id=row.request_id,
                    type=row.text,
                    url=row.url,
                    state=row.state,
                    attempts=row.attempts,
                    created_at=from_stamp(row.created_at),
                    due_at=None if row.due_at is None else from_stamp(row.due_at),
                    settled_at=None if row.settled_at is None else from_stamp(row.settled_at),
                    why=row.why,
                )
                for row in rows
            ]

        return await self._store.query(run)

    async def replay(self, callback_id: str) -> None:
        """Send a settled callback again, with the same id and body; one that waits is tried at once.

        Raises `NotFound`, or `Conflict` when an earlier one goes first.
        """
        command_id = ids.new_id(ids.COMMAND)

        def run(connection: Connection, batch: Batch) -> None:
            mine = _outbox.c.id == callback_id
            row = connection.execute(
                select(_outbox).where(mine, _outbox.c.kind == "callback").with_for_update()
            ).one_or_none()
            if row is None:
                raise NotFound(f"There is no callback {callback_id}; `placet callbacks list` shows them.")
            batch.has_effects = True
            # Run again after a COMMIT in doubt, it may find the callback sent already, and leaves it so.
            if not _is_first(connection, batch, command_id, row.request_id):
                return
            if _is_erased(connection, row.request_id):
                raise Conflict("What this callback told was erased with its request.")
            if row.state == "held":
                raise Conflict("An earlier callback of the same request goes first; replay that one.")
            connection.execute(update(_outbox).where(mine).values(due_at=batch.stamp))
            if row.state != "waiting":
                again = update(_outbox).where(mine)
                connection.execute(again.values(state="waiting", settled_at=None, attempts=0, why=None))
                facts: dict[str, Fact] = {"request": row.request_id, "type": row.text}
                event = Event(kind=EventKind.CALLBACK_REPLAYED, actor="operator", facts=facts)
                record(connection, batch, f"callback:{callback_id}", event)

        await self._store.write(run)


def _rare(state: str) -> tuple[ColumnElement[bool] | TextClause, ...]:
    """What leads to the index of those that are few, however many were delivered."""
    if state == "waiting":
        return (_outbox.c.due_at.is_not(None),)
    return () if state == "done" else (text(STUCK),)


def _is_erased(connection: Connection, request_id: str) -> bool:
    query = select(_approval.c.erased_at).where(_approval.c.id == request_id)
    return connection.execute(query).scalar_one_or_none() is not None


def _is_first(connection: Connection, batch: Batch, command_id: str, request_id: str) -> bool:
    """Remember a command; whether it was unknown until now."""
    row = {"id": command_id, "request_id": request_id, "answer": "", "at": batch.stamp}
    return bool(insert_new(connection, _command, [row]))
