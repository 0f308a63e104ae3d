"""Attempts at callbacks and lines, written down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    Connection,
    Dialect,
    Row,
    Text,
    Update,
    case,
    delete,
    select,
    update,
)

from bot.domain.moves import CallbackSettled
from bot.ports import Attempted, Done, LineJob
from storage.among import Lookup, among
from storage.attempted_rows import is_overtaken, locking
from storage.context import Batch
from storage.folding import Folder
from storage.many import Given, Many
from storage.stamps import stamp_or_none
from storage.tables import OutboxRow

_outbox = OutboxRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it at class creation


def _sending(_: Dialect, given: Given) -> Update:
    over = given["due_at"].is_(None)
    return (
        update(_outbox)
        .where(_outbox.c.id == given["id"])
        .values(
            state=given["state"],
            due_at=given["due_at"],
            leased_until=None,
            settled_at=given["settled_at"],
            # The body is frozen by then; what it was made from is not needed any more.
            snapshot=case((over, None), else_=_outbox.c.snapshot),
            why=given["why"],
        )
    )


def _putting_off(_: Dialect, given: Given) -> Update:
    put_off = update(_outbox).where(_outbox.c.id == given["id"])
    return put_off.values(due_at=given["due_at"], leased_until=None)


def _freeing(dialect: Dialect, given: Given) -> Update:
    return _putting_off(dialect, given).values(state="waiting")


_locked = locking(_outbox)
_unsettled = Lookup(
    lambda among: (
        select(_outbox.c.request_id, _outbox.c.id, _outbox.c.state)
        .where(
            among(_outbox.c.request_id),
            _outbox.c.kind == "callback",
            _outbox.c.state.in_(("waiting", "held")),
        )
        .order_by(_outbox.c.turn.desc())
    )
)
_sent = Many(
    {"id": Text(), "state": Text(), "due_at": BigInteger(), "settled_at": BigInteger(), "why": Text()},
    _sending,
)
_put_off = Many({"id": Text(), "due_at": BigInteger()}, _putting_off)
_free = Many({"id": Text(), "due_at": BigInteger()}, _freeing)


def settle_callbacks(connection: Connection, folder: Folder, attempts: Mapping[str, Attempted]) -> None:
    """Write down attempts by the ids of their callbacks; the end of one is a move, and frees the next."""
    if not attempts:
        return
    sent, ended = [], []
    for row in _locked.rows(connection, attempts):
        attempt = attempts[row.id]
        if row.state != "waiting" or is_overtaken(attempt, row):
            continue
        sent.append(_sent_values(attempt, row, folder.batch))
        if attempt.retry_at is None:
            ended.append(row.request_id)
            folder.fold(_ended(attempt, row))
    _sent.run(connection, sent)
    if ended:
        _release(connection, sorted(set(ended)), folder.batch)


def settle_lines(connection: Connection, attempts: Mapping[str, Attempted]) -> None:
    """Write down attempts by the ids of their lines; one that was said, or never can be, is gone."""
    attempts = {name: attempt for attempt in attempts.values() for name in _said_with(attempt)}
    over = [name for name, attempt in attempts.items() if attempt.retry_at is None]
    if over:
        connection.execute(delete(_outbox).where(among(connection, _outbox.c.id, over)))
    again = [
        {"id": name, "due_at": stamp_or_none(attempt.retry_at)}
        for name, attempt in attempts.items()
        if attempt.retry_at is not None
    ]
    _put_off.run(connection, again)


def _said_with(attempt: Attempted) -> tuple[str, ...]:
    """The line, and those that were said with it."""
    job = attempt.job
    return (job.id, *job.others) if isinstance(job, LineJob) else ()


def _sent_values(attempt: Attempted, row: Row[Any], batch: Batch) -> dict[str, Any]:
    ended = "done" if isinstance(attempt.sent, Done) else "dead"
    return {
        "id": row.id,
        "state": "waiting" if attempt.retry_at is not None else ended,
        "due_at": stamp_or_none(attempt.retry_at),
        "settled_at": None if attempt.retry_at is not None else batch.stamp,
        "why": None if isinstance(attempt.sent, Done) else attempt.sent.why,
    }


def _ended(attempt: Attempted, row: Row[Any]) -> CallbackSettled:
    why = "" if isinstance(attempt.sent, Done) else attempt.sent.why
    return CallbackSettled(
        request_id=row.request_id,
        command_id="",
        type=row.text,
        delivered=isinstance(attempt.sent, Done),
        why=why,
    )


def _release(connection: Connection, requests: Sequence[str], batch: Batch) -> None:
    """The next callback of a request may go once those before it are settled."""
    first = {row.request_id: row for row in _unsettled.rows(connection, requests)}
    freed = [{"id": row.id, "due_at": batch.stamp} for row in first.values() if row.state == "held"]
    if freed:
        _free.run(connection, freed)
        batch.has_effects = True
