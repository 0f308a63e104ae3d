"""Claims: leasing due jobs to a worker, destination by destination, so that a dead one delays only itself.

A lease moves `due_at` forward; a worker that dies gives its jobs back by doing nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import zip_longest
from typing import Any

from sqlalchemy import Connection, Row, select

from bot.domain.destinations import slots, takes_batches
from bot.ports import BatchJob, CallbackJob, CardJob, Compose, Job, LineJob
from storage import codec, mapping
from storage.among import Lookup
from storage.batching import due_in_chat
from storage.composing import composed
from storage.context import Batch
from storage.crowded_lines import Crowd, Crowds, called, said
from storage.queues import CARDS, OUTBOX, Queue
from storage.reads import packets_of
from storage.stamps import from_stamp
from storage.tables import ApprovalRow, CardRow, OutboxRow

_card = CardRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it at class creation
_outbox = OutboxRow.__table__  # type: ignore[attr-defined]  # likewise
_approval = ApprovalRow.__table__  # type: ignore[attr-defined]  # likewise

_owners = Lookup(lambda among: select(_approval).where(among(_approval.c.id)))
_standing = Lookup(
    lambda among: select(_card.c.request_id, _card.c.destination, _card.c.message).where(
        among(_card.c.request_id), _card.c.adopted == ""
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What a worker can take on now."""

    limit: int
    #: destination to the number of its slots that are taken
    busy: Mapping[str, int]
    lease: timedelta
    #: writes what callbacks say before their first attempt
    compose: Compose | None = None


def claim(connection: Connection, asked: Claim, batch: Batch) -> list[Job]:
    """Lease due jobs; cards and the rest take turns, so that neither waits until the other is through."""
    taken, room = dict(asked.busy), asked.limit
    found: dict[Queue, list[Row[Any]]] = {CARDS: [], OUTBOX: []}
    batches: list[BatchJob] = []
    until = batch.stamp + round(asked.lease.total_seconds() * 1e6)
    for queue, destination in _turns(connection, batch.stamp):
        free = min(slots(destination) - taken.get(destination, 0), room)
        if free > 0:
            if queue is CARDS and takes_batches(destination):
                rows, jobs = due_in_chat(connection, destination, batch, until)
            else:
                rows, jobs = queue.due(connection, destination, batch.stamp, free), ()
            taken[destination] = taken.get(destination, 0) + len(rows) + len(jobs)
            room -= len(rows) + len(jobs)
            found[queue] += rows
            batches += jobs
    for queue, rows in found.items():
        queue.lease(connection, rows, until)
    cards, rows = found[CARDS], found[OUTBOX]
    lines = [row for row in rows if row.kind != "callback"]
    callbacks = [row for row in rows if row.kind == "callback"]
    return [
        *(_card_job(row) for row in cards),
        *batches,
        *_line_jobs(connection, lines, Crowds(connection, batch.stamp, until)),
        *composed(connection, _callback_jobs(connection, callbacks, batch), asked.compose),
    ]


def _turns(connection: Connection, now: int) -> Iterator[tuple[Queue, str]]:
    """Destinations with something due, cards' and others' in turn, those that waited longest first."""
    queues = (CARDS, OUTBOX)
    waiting = [[name for due_at, name in queue.destinations(connection) if due_at <= now] for queue in queues]
    for pair in zip_longest(*waiting):
        for queue, destination in zip(queues, pair, strict=True):
            if destination is not None:
                yield queue, destination


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


def _line_jobs(connection: Connection, rows: Sequence[Row[Any]], crowds: Crowds) -> list[LineJob]:
    if not rows:
        return []
    asked = sorted({row.request_id for row in rows})
    copies = _standing.rows(connection, asked)
    messages = {(copy.request_id, copy.destination): copy.message for copy in copies}
    return [
        _line_job(row, messages.get((row.request_id, row.destination)), crowds.with_(row)) for row in rows
    ]


def _line_job(row: Row[Any], message: str | None, crowd: Crowd) -> LineJob:
    people = codec.from_text(row.people, list[str]) if row.people else ()
    return LineJob(
        id=row.id,
        kind=row.kind,
        request_id=row.request_id,
        destination=row.destination,
        message=message,
        line=said(row.text, len(crowd.ids)),
        people=called(people, crowd.people),
        others=crowd.ids,
        attempts=row.attempts + 1,
    )


def _callback_jobs(connection: Connection, rows: Sequence[Row[Any]], batch: Batch) -> list[CallbackJob]:
    if not rows:
        return []
    asked = sorted({row.request_id for row in rows})
    requests = {row.id: row for row in _owners.rows(connection, asked)}
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
