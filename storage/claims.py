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
from storage.composing import Proofs, ask_composed, ask_proofs
from storage.context import Batch
from storage.crowded_lines import Crowd, Crowds, called, said
from storage.queues import CARDS, OUTBOX, Queue
from storage.reads import ask_packets
from storage.stamps import from_stamp
from storage.straight import together
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
    found = _Found(connection, asked, batch)
    turns = _turns(connection, batch.stamp)
    while found.room > 0 and (places := found.free_among(turns)):
        with together(connection):
            due = [queue.due(connection, name, batch.stamp, free) for queue, name, free in places]
        for (queue, name, _), rows in zip(places, due, strict=True):
            found.take(queue, name, rows())
    callbacks, proofs = _callback_jobs(
        connection, [row for row in found.outbox if row.kind == "callback"], batch
    )
    with together(connection):
        CARDS.lease(connection, found.cards, found.until)
        OUTBOX.lease(connection, found.outbox, found.until)
        composed = ask_composed(connection, callbacks, asked.compose, proofs)
    lines = [row for row in found.outbox if row.kind != "callback"]
    return [
        *(_card_job(row) for row in found.cards),
        *found.batches,
        *_line_jobs(connection, lines, Crowds(connection, batch.stamp, found.until)),
        *composed(),
    ]


class _Found:
    """What is being leased, and how much more may be."""

    def __init__(self, connection: Connection, asked: Claim, batch: Batch) -> None:
        self._connection, self._batch = connection, batch
        self._taken, self.room = dict(asked.busy), asked.limit
        #: end of the lease
        self.until = batch.stamp + round(asked.lease.total_seconds() * 1e6)
        self.cards: list[Row[Any]] = []
        self.outbox: list[Row[Any]] = []
        self.batches: list[BatchJob] = []

    def free_among(self, turns: Iterator[tuple[Queue, str]]) -> list[tuple[Queue, str, int]]:
        """The next places with slots free, how many, and no more of them than there is room for."""
        places, filled = [], 0
        for queue, name in turns:
            free = self._free(name)
            if free > 0:
                places.append((queue, name, free))
                filled += free
            if filled >= self.room:
                break
        return places

    def take(self, queue: Queue, name: str, due: Sequence[Row[Any]]) -> None:
        """Take on what is due there, as far as there is room; the same place may have come before."""
        rows, jobs = due[: max(self._free(name), 0)], tuple[BatchJob, ...]()
        if rows and queue is CARDS and takes_batches(name):
            rows, batched = due_in_chat(self._connection, name, self._batch, self.until, rows)
            jobs = tuple(batched)
        self._taken[name] = self._taken.get(name, 0) + len(rows) + len(jobs)
        self.room -= len(rows) + len(jobs)
        self.batches += jobs
        (self.cards if queue is CARDS else self.outbox).extend(rows)

    def _free(self, name: str) -> int:
        return min(slots(name) - self._taken.get(name, 0), self.room)


def _turns(connection: Connection, now: int) -> Iterator[tuple[Queue, str]]:
    """Destinations with something due, cards' and others' in turn, those that waited longest first."""
    queues = (CARDS, OUTBOX)
    with together(connection):
        asked = [queue.destinations(connection) for queue in queues]
    waiting = [[name for due_at, name in found() if due_at <= now] for found in asked]
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


def _callback_jobs(
    connection: Connection, rows: Sequence[Row[Any]], batch: Batch
) -> tuple[list[CallbackJob], Proofs]:
    """Callbacks, and what those that were never attempted need to be written."""
    if not rows:
        return [], Proofs({}, {})
    ids = sorted({row.request_id for row in rows})
    unwritten = sorted({row.request_id for row in rows if row.body is None})
    with together(connection):
        owners, asked_packets = _owners.ask(connection, ids), ask_packets(connection, ids)
        proofs = ask_proofs(connection, unwritten)
    requests, packets = {row.id: row for row in owners()}, asked_packets()
    terms = batch.surroundings.terms.load(connection, (row.terms for row in requests.values()))
    wanted = {}
    for row in rows:
        owner = requests[row.request_id]
        text_of_state = row.snapshot or mapping.row_snapshot(owner)
        wanted[row.id] = mapping.from_snapshot(text_of_state, owner, terms[owner.terms])
    jobs = [
        CallbackJob(
            id=row.id,
            type=row.text,
            agent=requests[row.request_id].agent,
            url=row.url,
            attempts=row.attempts + 1,
            created_at=from_stamp(row.created_at),
            body=row.body.encode() if row.body is not None else None,
            stored=packets(row.request_id, wanted[row.id].revision).stored(wanted[row.id]),
            event_hash=row.event_hash or "",
        )
        for row in rows
    ]
    return jobs, proofs()
