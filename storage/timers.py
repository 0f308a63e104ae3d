"""Timers: requests whose time has come, most overdue first; a timer is a move that nobody made."""

from __future__ import annotations

from collections.abc import Collection
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
_in_order = (
    select(_approval.c.id, _approval.c.due_at)
    .where(_approval.c.due_at.is_not(None))
    .order_by(_approval.c.due_at)
)


def claim_due(
    connection: Connection, now: int, limit: int, apart_from: Collection[str] = ()
) -> tuple[list[str], int]:
    """Requests whose time has come and that nobody else holds, locked, and the stamp of the next timer."""
    with together(connection):
        due = _due.ask(connection, now=now, limit=limit + len(apart_from))
        later = _later.ask(connection, now=now)
    found, next_at = [row.id for row in due() if row.id not in apart_from][:limit], later()[0].at
    return found, now if len(found) == limit else NEVER if next_at is None else next_at


def fire_due(connection: Connection, folder: Folder, limit: int) -> int:
    """Fold `Due` into requests that nobody else holds; how many of them changed.

    The batch then knows the next timer, but for those that it began itself.
    """
    batch = folder.batch
    resting = batch.surroundings.aside.resting(batch.stamp)
    found, batch.next_timer = claim_due(connection, batch.stamp, limit, resting)
    folder.lock(found)
    return sum(fire_one(folder, request_id) for request_id in found)


def fire_one(folder: Folder, request_id: str) -> bool:
    """Fold `Due` into a request that is locked; whether it changed."""
    transition = folder.fold(Due(request_id=request_id, command_id=""))
    return bool(transition and transition.events)


def due_ids(connection: Connection, now: int, limit: int, apart_from: Collection[str]) -> list[str]:
    """Requests whose time has come, the most overdue first."""
    overdue = _in_order.where(_approval.c.due_at <= now).limit(limit + len(apart_from))
    return [row.id for row in connection.execute(overdue) if row.id not in apart_from][:limit]


def next_timer(connection: Connection, apart_from: Collection[str] = ()) -> int | None:
    """The stamp of the earliest timer, None when none runs."""
    if apart_from:
        first = connection.execute(_in_order.limit(1 + len(apart_from))).all()
        return next((row.due_at for row in first if row.id not in apart_from), None)
    earliest: int | None = _earliest.run(connection).scalar_one_or_none()
    return earliest


def overdue(connection: Connection, since: int) -> int:
    """How many timers were due at or before a stamp and have not fired; counting stops at a thousand."""
    late = select(_approval.c.id).where(_approval.c.due_at.is_not(None), _approval.c.due_at <= since)
    counted = select(func.count()).select_from(late.limit(1000).subquery())
    return int(connection.execute(counted).scalar_one())
