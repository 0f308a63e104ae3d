"""Claims: leasing due jobs to a worker, destination by destination, so that a dead one delays only itself.

A lease moves `due_at` forward; a worker that dies gives its jobs back by doing nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import zip_longest
from typing import Any

from sqlalchemy import Connection, Row, Table, select, text, update

from bot.domain.destinations import slots
from bot.ports import CallbackJob, CardJob, Job, LineJob
from storage import codec, mapping
from storage.among import among
from storage.context import Batch
from storage.reads import packets_of
from storage.stamps import from_stamp
from storage.tables import ApprovalRow, CardRow, OutboxRow

_card = CardRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it at class creation
_outbox = OutboxRow.__table__  # type: ignore[attr-defined]  # likewise
_approval = ApprovalRow.__table__  # type: ignore[attr-defined]  # likewise

#: steps from one destination to the next by index, so that 20,000 rows behind one cost one look
_READY = """
WITH RECURSIVE found(destination) AS (
    SELECT min(destination) FROM {table} WHERE due_at IS NOT NULL
    UNION ALL
    SELECT (SELECT min(t.destination) FROM {table} t
            WHERE t.due_at IS NOT NULL AND t.destination > found.destination)
    FROM found WHERE found.destination IS NOT NULL
)
SELECT destination,
       (SELECT min(t.due_at) FROM {table} t
        WHERE t.due_at IS NOT NULL AND t.destination = found.destination) AS due_at
FROM found WHERE destination IS NOT NULL
ORDER BY due_at
"""
_ready = {table.name: text(_READY.format(table=table.name)) for table in (_card, _outbox)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What a worker can take on now."""

    limit: int
    #: destination to the number of its slots that are taken
    busy: Mapping[str, int]
    lease: timedelta


def claim(connection: Connection, asked: Claim, batch: Batch) -> list[Job]:
    """Lease due jobs; cards and the rest take turns, so that neither waits until the other is through."""
    taken, room = dict(asked.busy), asked.limit
    found: dict[str, list[Row[Any]]] = {_card.name: [], _outbox.name: []}
    for table, destination in _turns(connection, batch.stamp):
        free = min(slots(destination) - taken.get(destination, 0), room)
        if free > 0:
            rows = _due(connection, table, destination, batch.stamp, free)
            taken[destination] = taken.get(destination, 0) + len(rows)
            room -= len(rows)
            found[table.name] += rows
    until = batch.stamp + round(asked.lease.total_seconds() * 1e6)
    cards, rows = found[_card.name], found[_outbox.name]
    _extend(connection, _card, [row.id for row in cards], until)
    _extend(connection, _outbox, [row.id for row in rows], until)
    lines = [row for row in rows if row.kind != "callback"]
    callbacks = [row for row in rows if row.kind == "callback"]
    return [
        *(_card_job(row) for row in cards),
        *_line_jobs(connection, lines),
        *_callback_jobs(connection, callbacks, batch),
    ]


def next_job(connection: Connection) -> int | None:
    """The stamp of the earliest job that waits, None when none does."""
    due = [row.due_at for statement in _ready.values() for row in connection.execute(statement)]
    return min(due, default=None)


def _turns(connection: Connection, now: int) -> Iterator[tuple[Table, str]]:
    """Destinations with something due, cards' and others' in turn, those that waited longest first."""
    waiting = [
        sorted(
            (row.due_at, row.destination)
            for row in connection.execute(_ready[table.name])
            if row.due_at <= now
        )
        for table in (_card, _outbox)
    ]
    for pair in zip_longest(*waiting):
        for table, ready in zip((_card, _outbox), pair, strict=True):
            if ready is not None:
                yield table, ready[1]


def _due(connection: Connection, table: Table, destination: str, now: int, limit: int) -> Sequence[Row[Any]]:
    due = (
        select(table)
        .where(table.c.destination == destination, table.c.due_at <= now)
        .order_by(table.c.due_at, table.c.id)
        .limit(limit)
    )
    return connection.execute(due.with_for_update(skip_locked=True)).all()


def _extend(connection: Connection, table: Table, ids: list[str], until: int) -> None:
    if not ids:
        return
    leased: dict[str, Any] = {"due_at": until, "attempts": table.c.attempts + 1}
    if table is _card:
        leased |= {"leased_until": until, "uncertain": table.c.message.is_(None)}
    connection.execute(update(table).where(among(connection, table.c.id, ids)).values(leased))


def _card_job(row: Row[Any]) -> CardJob:
    return CardJob(
        copy_id=row.id,
        request_id=row.request_id,
        destination=row.destination,
        message=row.message,
        wanted_version=row.wanted_version,
        attempts=row.attempts + 1,
        uncertain=bool(row.uncertain),
        created_at=from_stamp(row.created_at),
    )


def _line_jobs(connection: Connection, rows: Sequence[Row[Any]]) -> list[LineJob]:
    if not rows:
        return []
    asked = sorted({row.request_id for row in rows})
    copies = connection.execute(
        select(_card.c.request_id, _card.c.destination, _card.c.message).where(
            among(connection, _card.c.request_id, asked), _card.c.adopted == ""
        )
    )
    messages = {(copy.request_id, copy.destination): copy.message for copy in copies}
    return [
        LineJob(
            id=row.id,
            kind=row.kind,
            request_id=row.request_id,
            destination=row.destination,
            message=messages.get((row.request_id, row.destination)),
            line=row.text,
            people=tuple(codec.from_text(row.people, list[str])) if row.people else (),
            attempts=row.attempts + 1,
        )
        for row in rows
    ]


def _callback_jobs(connection: Connection, rows: Sequence[Row[Any]], batch: Batch) -> list[CallbackJob]:
    if not rows:
        return []
    asked = sorted({row.request_id for row in rows})
    requests = {
        row.id: row
        for row in connection.execute(select(_approval).where(among(connection, _approval.c.id, asked)))
    }
    terms = batch.surroundings.terms.load(connection, (row.terms for row in requests.values()))
    wanted = {}
    for row in rows:
        owner = requests[row.request_id]
        text_of_state = row.snapshot or mapping.row_snapshot(owner)
        wanted[row.id] = mapping.from_snapshot(text_of_state, owner, terms[owner.terms])
    packets = packets_of(connection, wanted.values())
    return [
        CallbackJob(
            id=row.id,
            type=row.text,
            agent=requests[row.request_id].agent,
            url=row.url,
            attempts=row.attempts + 1,
            created_at=from_stamp(row.created_at),
            body=row.body.encode() if row.body is not None else None,
            stored=packets[wanted[row.id].id, wanted[row.id].revision].stored(wanted[row.id]),
            event_hash=row.event_hash or "",
        )
        for row in rows
    ]
