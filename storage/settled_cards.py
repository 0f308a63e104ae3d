"""Attempts at copies of cards, written down."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import BigInteger, Boolean, Connection, Dialect, Integer, Row, Text, Update, case, update

from bot.domain.moves import CardPosted, CardUndeliverable, Move
from bot.ports import Attempted, Done, GiveUp, RetryLater
from storage.attempted_rows import is_overtaken, locking
from storage.context import Batch
from storage.folding import Folder
from storage.many import Given, Many
from storage.stamps import stamp_or_none
from storage.tables import CardRow

_card = CardRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it at class creation


def _showing(_: Dialect, given: Given) -> Update:
    is_behind = _card.c.wanted_version > given["shown"]
    return (
        update(_card)
        .where(_card.c.id == given["id"])
        .values(
            state="posted",
            message=given["message"],
            shown_version=given["shown"],
            shown_at=given["now"],
            shown_digest=given["digest"],
            due_at=case((is_behind, given["now"]), else_=None),
            leased_until=None,
            attempts=0,
            uncertain=False,
            why=None,
        )
    )


def _failing(_: Dialect, given: Given) -> Update:
    return (
        update(_card)
        .where(_card.c.id == given["id"])
        .values(
            state=given["state"],
            due_at=given["due_at"],
            leased_until=None,
            uncertain=given["uncertain"],
            why=given["why"],
        )
    )


_locked = locking(_card)
SHOWN = Many(
    {"id": Text(), "message": Text(), "shown": Integer(), "digest": Text(), "now": BigInteger()}, _showing
)
FAILED = Many(
    {"id": Text(), "state": Text(), "due_at": BigInteger(), "uncertain": Boolean(), "why": Text()}, _failing
)


def settle_cards(connection: Connection, folder: Folder, attempts: Mapping[str, Attempted]) -> None:
    """Write down attempts by the ids of their copies; a copy that stands or cannot is a move."""
    if not attempts:
        return
    shown, failed = [], []
    for row in _locked.rows(connection, attempts):
        attempt = attempts[row.id]
        if is_overtaken(attempt, row):
            continue
        if isinstance(attempt.sent, Done):
            shown.append(_shown_values(attempt, row, folder.batch))
        else:
            failed.append(_failed_values(attempt, row))
        move = _move(attempt, row)
        if move is not None:
            folder.fold(move)
    SHOWN.run(connection, shown)
    FAILED.run(connection, failed)


def _shown_values(attempt: Attempted, row: Row[Any], batch: Batch) -> dict[str, Any]:
    message = attempt.sent.message if isinstance(attempt.sent, Done) else ""
    return {
        "id": row.id,
        "message": message or row.message,
        "shown": attempt.shown_version,
        "digest": attempt.shown_digest or None,
        "now": batch.stamp,
    }


def _failed_values(attempt: Attempted, row: Row[Any]) -> dict[str, Any]:
    sent = attempt.sent
    given_up = isinstance(sent, GiveUp)
    return {
        "id": row.id,
        "state": "undeliverable" if given_up else row.state,
        "due_at": None if given_up else stamp_or_none(attempt.retry_at),
        "uncertain": isinstance(sent, RetryLater) and sent.uncertain,
        "why": sent.why if isinstance(sent, GiveUp | RetryLater) else None,
    }


def _move(attempt: Attempted, row: Row[Any]) -> Move | None:
    """Only the first time that it stands, and the first time that it cannot, are news."""
    if isinstance(attempt.sent, Done) and not row.shown_version:
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
