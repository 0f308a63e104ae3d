"""Batching: copies that came to one channel in a burst, or ask for the same, stand in one message.

That message is a batch card.

A copy joins its batch at the moment at which a worker would post it, in the transaction of the lease, so
that no copy is ever both in a batch and posted alone. From then on it is a copy like any other: marks,
undeliverable destinations and pings work on it as they do on all.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

from sqlalchemy import Connection, Row, Text, func, select, update

from bot.domain import ids
from bot.domain.destinations import takes_batches
from bot.jobs import BatchedCopy, BatchJob
from storage.among import among
from storage.batch_tables import BatchCardRow
from storage.context import Batch as Transaction
from storage.prepared import Prepared, given
from storage.queues import CARDS
from storage.stamps import from_stamp
from storage.tables import ApprovalRow, CardRow
from storage.upsert import insert_new

#: requests of one batch card; everybody's page of it is drawn from all of them
MOST = 100
#: what comes to the channel within this time of a batch joins it (microseconds)
JOIN_FOR = 60_000_000
_MOMENT = 1_000_000

_card = CardRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it at class creation
_approval = ApprovalRow.__table__  # type: ignore[attr-defined]  # likewise
_batch = BatchCardRow.__table__  # type: ignore[attr-defined]  # likewise


_asked = _approval.alias("asked")
_same = (
    select(_card)
    .join(_approval, _approval.c.id == _card.c.request_id)
    .join(_asked, _asked.c.sameness == _approval.c.sameness)
    .where(
        _asked.c.id == given("request", Text()),
        _approval.c.id != _asked.c.id,
        _approval.c.ended_at.is_(None),
        _card.c.destination == given("destination", Text()),
        _card.c.adopted == "",
        _card.c.state == "posted",
        _card.c.message.is_not(None),
        _card.c.alone.is_(False),
    )
    .order_by(_card.c.created_at, _card.c.id)
    .limit(1)
)
_twins = Prepared(lambda _: _same)

Due: TypeAlias = tuple[Sequence[Row[Any]], Sequence[BatchJob]]


def due_in_chat(
    connection: Connection, destination: str, now: Transaction, until: int, rows: Sequence[Row[Any]]
) -> Due:
    """What is due for a chat, which has one slot: a copy to carry alone, or a batch, leased until a stamp.

    `rows` are what was found due there.
    """
    # Each look takes something or puts it off, so that there is an end.
    while rows:
        batch_id = rows[0].batch or _joined(connection, rows[0], now)
        if batch_id is None:
            return rows, ()
        job = _leased(connection, batch_id, now, until)
        if job is not None:
            return (), (job,)
        rows = CARDS.due(connection, destination, now.stamp, 1)()
    return (), ()


def _joined(connection: Connection, copy: Row[Any], now: Transaction) -> str | None:
    if copy.alone or copy.message or copy.uncertain or not takes_batches(copy.destination):
        return None
    twins = _with_its_twin(connection, copy, now)
    if twins is not None:
        return twins
    waiting = _unposted(connection, copy.destination, now)
    batch_id, room = _open(connection, copy.destination, now)
    if batch_id is None:
        if len(waiting) <= now.surroundings.batch_over:
            return None
        batch_id, room = _begun(connection, copy.destination, now), MOST
    _put_in(connection, batch_id, waiting[:room])
    return batch_id


def _with_its_twin(connection: Connection, copy: Row[Any], now: Transaction) -> str | None:
    """The batch of a copy that stands there already and asks for the same; its message becomes one."""
    found = _twins.rows(connection, request=copy.request_id, destination=copy.destination)
    twin = found[0] if found else None
    if twin is None or (twin.leased_until is not None and twin.leased_until > now.stamp):
        return None
    if twin.batch is not None and not _room(connection, twin.batch):
        return None
    batch_id = twin.batch or _begun(connection, copy.destination, now, message=twin.message)
    _put_in(connection, batch_id, [copy.id, twin.id])
    return batch_id


def _put_in(connection: Connection, batch_id: str, copies: Sequence[str]) -> None:
    members = among(connection, _card.c.id, copies)
    connection.execute(update(_card).where(members).values(batch=batch_id))


def _unposted(connection: Connection, destination: str, now: Transaction) -> Sequence[str]:
    """Copies that nobody began to post, those that are due for longest first."""
    query = (
        select(_card.c.id)
        .where(
            _card.c.destination == destination,
            _card.c.due_at <= now.stamp,
            _card.c.message.is_(None),
            _card.c.batch.is_(None),
            _card.c.alone.is_(False),
            _card.c.uncertain.is_(False),
        )
        .order_by(_card.c.due_at, _card.c.id)
        .limit(MOST)
        .with_for_update(skip_locked=True)
    )
    return connection.execute(query).scalars().all()


def _open(connection: Connection, destination: str, now: Transaction) -> tuple[str | None, int]:
    """The batch that what comes now still joins, and how many it takes."""
    latest = (
        select(_batch.c.id)
        .where(
            _batch.c.destination == destination,
            _batch.c.created_at > now.stamp - JOIN_FOR,
            _batch.c.is_burst.is_(True),
        )
        .order_by(_batch.c.created_at.desc())
        .limit(1)
    )
    batch_id = connection.execute(latest).scalar_one_or_none()
    room = _room(connection, batch_id) if batch_id is not None else 0
    return (batch_id, room) if room > 0 else (None, 0)


def _room(connection: Connection, batch_id: str) -> int:
    counted = select(func.count()).select_from(_card).where(_card.c.batch == batch_id)
    return int(MOST - connection.execute(counted).scalar_one())


def _begun(connection: Connection, destination: str, now: Transaction, *, message: str | None = None) -> str:
    batch_id = ids.new_id(ids.BATCH, at=now.now.timestamp())
    row = {"id": batch_id, "destination": destination, "created_at": now.stamp, "message": message}
    state = {"is_burst": message is None, "attempts": 0, "uncertain": False}
    insert_new(connection, _batch, [row | state])
    return batch_id


def _leased(connection: Connection, batch_id: str, now: Transaction, until: int) -> BatchJob | None:
    """The batch's job; None when it rests, or another process is at it this very moment."""
    row = select(_batch).where(_batch.c.id == batch_id).with_for_update(skip_locked=True)
    batch = connection.execute(row).one_or_none()
    rests_until = now.stamp + _MOMENT if batch is None else batch.rests_until
    if batch is None or (rests_until is not None and rests_until > now.stamp):
        _put_off(connection, batch_id, rests_until, due_by=now.stamp)
        return None
    _put_off(connection, batch_id, until, leased_until=until)
    values = {"rests_until": until, "attempts": batch.attempts + 1, "uncertain": batch.message is None}
    connection.execute(update(_batch).where(_batch.c.id == batch_id).values(values))
    return _job(connection, batch)


def _put_off(
    connection: Connection, batch_id: str, until: int, *, due_by: int | None = None, **changes: int
) -> None:
    """Let what waits of a batch be due later; all of it, or what is due by a stamp."""
    due = _card.c.due_at.is_not(None) if due_by is None else _card.c.due_at <= due_by
    # Rows that somebody else holds are marked anew by them; to wait for these could be for ever.
    free = select(_card.c.id).where(_card.c.batch == batch_id, due).with_for_update(skip_locked=True)
    waiting = connection.execute(free).scalars().all()
    members = among(connection, _card.c.id, waiting)
    connection.execute(update(_card).where(members).values(due_at=until, **changes))


def _job(connection: Connection, batch: Row[Any]) -> BatchJob:
    members = (
        select(_card.c.id, _card.c.request_id, _card.c.shown_version)
        .where(_card.c.batch == batch.id, _card.c.state != "undeliverable")
        .order_by(_card.c.id)
    )
    return BatchJob(
        id=batch.id,
        destination=batch.destination,
        message=batch.message,
        copies=tuple(
            BatchedCopy(copy_id=row.id, request_id=row.request_id, is_shown=row.shown_version > 0)
            for row in connection.execute(members)
        ),
        attempts=batch.attempts + 1,
        uncertain=batch.uncertain,
        created_at=from_stamp(batch.created_at),
    )
