"""Attempts at batch cards, written down: for each copy in them what an attempt at it alone would be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from sqlalchemy import Connection, Row, select, update

from bot.domain.moves import CardPosted, CardUndeliverable
from bot.ports import Attempted, BatchJob, Done, GiveUp, RetryLater
from storage.among import among
from storage.attempted_rows import is_overtaken, locking
from storage.batch_tables import BatchCardRow
from storage.folding import Folder
from storage.settled_cards import FAILED, SHOWN
from storage.stamps import stamp_or_none
from storage.tables import CardRow

#: a batch card is drawn again at most this often (microseconds): nobody decides on it, and whoever looks at
#: its list, or on Teams at a view of their own in its place, should not lose it with every decision of others
DRAWN_EVERY = 10_000_000

_card = CardRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it at class creation
_batch = BatchCardRow.__table__  # type: ignore[attr-defined]  # likewise
_locked = locking(_batch)

Members: TypeAlias = Sequence[Row[Any]]


def settle_batches(connection: Connection, folder: Folder, attempts: Mapping[str, Attempted]) -> None:
    """Write down attempts by the ids of their batches."""
    if not attempts:
        return
    for batch in _locked.rows(connection, attempts):
        attempt = attempts[batch.id]
        if is_overtaken(attempt, batch):
            continue
        members = _members(connection, folder, batch.id, attempt)
        if isinstance(attempt.sent, Done):
            message = attempt.sent.message or batch.message
            stands = _shown(connection, folder, attempt, message, members)
        else:
            stands = _failed(connection, folder, attempt, attempt.sent, members)
        connection.execute(update(_batch).where(_batch.c.id == batch.id).values(stands))


def request_ids(attempt: Attempted, job: BatchJob) -> list[str]:
    """The requests to which an attempt is news."""
    if isinstance(attempt.sent, RetryLater):
        return []
    is_over = isinstance(attempt.sent, GiveUp)
    return [copy.request_id for copy in job.copies if is_over or not copy.is_shown]


def _members(connection: Connection, folder: Folder, batch_id: str, attempt: Attempted) -> Members:
    """The copies that the attempt was made at, locked.

    Those that joined meanwhile come with the next one: it is news to requests that are not locked here.
    """
    tried = {copy.copy_id for copy in attempt.job.copies} if isinstance(attempt.job, BatchJob) else set()
    standing = (_card.c.batch == batch_id, _card.c.state != "undeliverable")
    found = connection.execute(select(_card).where(*standing).order_by(_card.c.id).with_for_update()).all()
    joined = [row.id for row in found if row.id not in tried]
    if joined and attempt.retry_at is None:
        soon = update(_card).where(among(connection, _card.c.id, joined), _card.c.due_at.is_not(None))
        connection.execute(soon.values(due_at=folder.batch.stamp, leased_until=None))
        folder.batch.has_effects = True
    return [row for row in found if row.id in tried]


def _shown(
    connection: Connection, folder: Folder, attempt: Attempted, message: str | None, members: Members
) -> dict[str, Any]:
    now, versions = folder.batch.stamp, attempt.shown_versions
    drawn = [row for row in members if row.request_id in versions]
    alike = {"message": message, "digest": attempt.shown_digest or None, "now": now}
    SHOWN.run(connection, [{"id": row.id, "shown": versions[row.request_id], **alike} for row in drawn])
    for row in drawn:
        if not row.shown_version:
            posted = CardPosted(
                request_id=row.request_id,
                command_id="",
                destination=row.destination,
                shown_digest=attempt.shown_digest,
            )
            folder.fold(posted)
    return {"message": message, "attempts": 0, "uncertain": False, "rests_until": now + DRAWN_EVERY}


def _failed(
    connection: Connection, folder: Folder, attempt: Attempted, sent: RetryLater | GiveUp, members: Members
) -> dict[str, Any]:
    given_up, retry_at = isinstance(sent, GiveUp), stamp_or_none(attempt.retry_at)
    failed = [row for row in members if given_up or row.due_at is not None]
    values = {"due_at": None if given_up else retry_at, "uncertain": False, "why": sent.why}
    if given_up:
        values["state"] = "undeliverable"
    FAILED.run(connection, [{"id": row.id, "state": row.state, **values} for row in failed])
    for row in failed if given_up else ():
        lost = CardUndeliverable(
            request_id=row.request_id, command_id="", destination=row.destination, why=sent.why
        )
        folder.fold(lost)
    return {"uncertain": isinstance(sent, RetryLater) and sent.uncertain, "rests_until": retry_at}
