"""Settling: what attempts came to, and the moves that follow from it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, cast

from sqlalchemy import Connection, Row, bindparam, case, delete, func, select, update

from bot.domain.moves import CallbackSettled, CardPosted, CardUndeliverable, Move
from bot.ports import Attempted, CallbackJob, CardJob, Done, GiveUp, LineJob, RetryLater
from storage.context import Batch
from storage.folding import Folder
from storage.stamps import stamp_or_none
from storage.tables import CardRow, OutboxRow

_card = CardRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it at class creation
_outbox = OutboxRow.__table__  # type: ignore[attr-defined]  # likewise

_shown = (
    update(_card)
    .where(_card.c.id == bindparam("b_id"))
    .values(
        state="posted",
        message=bindparam("b_message"),
        shown_version=bindparam("b_shown"),
        shown_at=bindparam("b_now"),
        due_at=case((_card.c.wanted_version > bindparam("b_shown"), bindparam("b_now")), else_=None),
        leased_until=None,
        attempts=0,
        uncertain=False,
        why=None,
    )
)
_card_failed = (
    update(_card)
    .where(_card.c.id == bindparam("b_id"))
    .values(
        state=case((bindparam("b_given_up"), "undeliverable"), else_=_card.c.state),
        due_at=bindparam("b_due"),
        leased_until=None,
        uncertain=bindparam("b_uncertain"),
        why=bindparam("b_why"),
    )
)
_sent = (
    update(_outbox)
    .where(_outbox.c.id == bindparam("b_id"))
    .values(
        state=bindparam("b_state"),
        due_at=bindparam("b_due"),
        settled_at=bindparam("b_settled"),
        snapshot=case((bindparam("b_due").is_(None), None), else_=_outbox.c.snapshot),
        why=bindparam("b_why"),
    )
)


def request_ids(attempts: Iterable[Attempted]) -> Iterable[str]:
    """The requests that the moves of attempts will fold into."""
    for attempt in attempts:
        job = attempt.job
        if isinstance(job, CallbackJob):
            yield job.stored.request.id
        elif isinstance(job, CardJob):
            yield job.request_id


def settle(connection: Connection, folder: Folder, attempts: Sequence[Attempted], batch: Batch) -> None:
    """Write down attempts; the requests were locked before (`request_ids`)."""
    _settle_cards(connection, folder, [a for a in attempts if isinstance(a.job, CardJob)], batch)
    _settle_callbacks(connection, folder, [a for a in attempts if isinstance(a.job, CallbackJob)], batch)
    _settle_lines(connection, [a for a in attempts if isinstance(a.job, LineJob)])


def _settle_cards(
    connection: Connection, folder: Folder, attempts: Sequence[Attempted], batch: Batch
) -> None:
    if not attempts:
        return
    before = _rows(connection, _card, [_card_job(a).copy_id for a in attempts])
    shown, failed = [], []
    for attempt in attempts:
        job = _card_job(attempt)
        row = before.get(job.copy_id)
        if row is None:
            continue
        if isinstance(attempt.sent, Done):
            shown.append(_shown_values(attempt, row, batch))
        else:
            failed.append(_failed_values(attempt))
        move = _card_move(attempt, row)
        if move is not None:
            folder.fold(move)
    if shown:
        connection.execute(_shown, shown)
    if failed:
        connection.execute(_card_failed, failed)


def _card_job(attempt: Attempted) -> CardJob:
    return cast(CardJob, attempt.job)


def _shown_values(attempt: Attempted, row: Row[Any], batch: Batch) -> dict[str, Any]:
    message = attempt.sent.message if isinstance(attempt.sent, Done) else ""
    return {
        "b_id": row.id,
        "b_message": message or row.message,
        "b_shown": attempt.shown_version,
        "b_now": batch.stamp,
    }


def _failed_values(attempt: Attempted) -> dict[str, Any]:
    sent = attempt.sent
    return {
        "b_id": _card_job(attempt).copy_id,
        "b_given_up": isinstance(sent, GiveUp),
        "b_due": None if isinstance(sent, GiveUp) else stamp_or_none(attempt.retry_at),
        "b_uncertain": isinstance(sent, RetryLater) and sent.uncertain,
        "b_why": sent.why if isinstance(sent, GiveUp | RetryLater) else None,
    }


def _card_move(attempt: Attempted, row: Row[Any]) -> Move | None:
    """Only the first post and the first failure are news."""
    if isinstance(attempt.sent, Done) and row.message is None:
        return CardPosted(
            request_id=row.request_id,
            command_id="",
            destination=row.destination,
            shown_digest=attempt.shown_digest,
        )
    if isinstance(attempt.sent, GiveUp) and row.state != "undeliverable":
        return CardUndeliverable(
            request_id=row.request_id, command_id="", destination=row.destination, why=attempt.sent.why
        )
    return None


def _settle_callbacks(
    connection: Connection, folder: Folder, attempts: Sequence[Attempted], batch: Batch
) -> None:
    if not attempts:
        return
    before = _rows(connection, _outbox, [_callback_job(a).id for a in attempts])
    values, ended = [], []
    for attempt in attempts:
        row = before.get(_callback_job(attempt).id)
        if row is None or row.state != "waiting":
            continue
        values.append(_sent_values(attempt, batch))
        if attempt.retry_at is None:
            ended.append(row.request_id)
            folder.fold(_callback_move(attempt, row))
    if values:
        connection.execute(_sent, values)
    if ended:
        _release(connection, ended, batch)


def _callback_job(attempt: Attempted) -> CallbackJob:
    return cast(CallbackJob, attempt.job)


def _sent_values(attempt: Attempted, batch: Batch) -> dict[str, Any]:
    done = isinstance(attempt.sent, Done)
    ended = "done" if done else "dead"
    return {
        "b_id": _callback_job(attempt).id,
        "b_state": "waiting" if attempt.retry_at is not None else ended,
        "b_due": stamp_or_none(attempt.retry_at),
        "b_settled": None if attempt.retry_at is not None else batch.stamp,
        "b_why": None if isinstance(attempt.sent, Done) else attempt.sent.why,
    }


def _callback_move(attempt: Attempted, row: Row[Any]) -> CallbackSettled:
    why = "" if isinstance(attempt.sent, Done) else attempt.sent.why
    return CallbackSettled(
        request_id=row.request_id,
        command_id="",
        type=row.text,
        delivered=isinstance(attempt.sent, Done),
        why=why,
    )


def _release(connection: Connection, requests: Sequence[str], batch: Batch) -> None:
    """The next callback of a request may go once the one before it is settled."""
    held = (
        select(func.min(_outbox.c.id))
        .where(_outbox.c.request_id.in_(sorted(set(requests))), _outbox.c.state == "held")
        .group_by(_outbox.c.request_id)
    )
    following = list(connection.execute(held).scalars())
    if following:
        freed = update(_outbox).where(_outbox.c.id.in_(following))
        connection.execute(freed.values(state="waiting", due_at=batch.stamp))
        batch.has_effects = True


def _settle_lines(connection: Connection, attempts: Sequence[Attempted]) -> None:
    over = [a.job.id for a in attempts if isinstance(a.job, LineJob) and a.retry_at is None]
    again = [a for a in attempts if a.retry_at is not None]
    if over:
        connection.execute(delete(_outbox).where(_outbox.c.id.in_(over)))
    for attempt in again:
        later = update(_outbox).where(_outbox.c.id == cast(LineJob, attempt.job).id)
        connection.execute(later.values(due_at=stamp_or_none(attempt.retry_at)))


def _rows(connection: Connection, table: Any, ids: Sequence[str]) -> dict[str, Row[Any]]:
    query = select(table).where(table.c.id.in_(sorted(ids))).order_by(table.c.id).with_for_update()
    return {row.id: row for row in connection.execute(query)}
