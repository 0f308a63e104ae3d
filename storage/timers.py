"""Timers: requests whose time has come, most overdue first; a timer is a move that nobody made."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Connection, Dialect, Integer, Select, func, select

from bot.domain.moves import Due
from storage.due_beside import NEVER
from storage.folding import Folder
from storage.prepared import Prepared, given
from storage.straight import together
from storage.tables import ApprovalRow

_approval = ApprovalRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it at class creation


def _finding(_: Dialect) -> Select[Any]:
    due = select(_approval.c.id).where(
        _approval.c.due_at.is_not(None), _approval.c.due_at <= given("now", BigInteger())
    )
    return due.order_by(_approval.c.due_at).limit(given("limit", Integer())).with_for_update(skip_locked=True)


_due = Prepared(_finding)
_later = Prepared(
    lambda _: select(func.min(_approval.c.due_at).label("at")).where(
        _approval.c.due_at.is_not(None), _approval.c.due_at > given("now", BigInteger())
    )
)
_earliest = Prepared(lambda _: select(func.min(_approval.c.due_at)).where(_approval.c.due_at.is_not(None)))


def claim_due(connection: Connection, now: int, limit: int) -> tuple[list[str], int]:
    """Requests whose time has come and that nobody else holds, locked, and the stamp of the next timer."""
    with together(connection):
        due = _due.ask(connection, now=now, limit=limit)
        later = _later.ask(connection, now=now)
    found, next_at = [row.id for row in due()], later()[0].at
    return found, now if len(found) == limit else NEVER if next_at is None else next_at


def fire_due(connection: Connection, folder: Folder, limit: int) -> int:
    """Fold `Due` into requests that nobody else holds; how many of them changed.

    The batch then knows the next timer, but for those that it began itself.
    """
    batch = folder.batch
    found, batch.next_timer = claim_due(connection, batch.stamp, limit)
    folder.lock(found)
    folded = [folder.fold(Due(request_id=request_id, command_id="")) for request_id in found]
    return sum(bool(transition and transition.events) for transition in folded)


def next_timer(connection: Connection) -> int | None:
    """The stamp of the earliest timer, None when none runs."""
    earliest: int | None = _earliest.run(connection).scalar_one_or_none()
    return earliest


def overdue(connection: Connection, since: int) -> int:
    """How many timers were due at or before a stamp and have not fired; counting stops at a thousand."""
    late = select(_approval.c.id).where(_approval.c.due_at.is_not(None), _approval.c.due_at <= since)
    counted = select(func.count()).select_from(late.limit(1000).subquery())
    return int(connection.execute(counted).scalar_one())
