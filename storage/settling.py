"""Settling: what attempts came to, and the moves that follow from it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection

from bot.ports import Attempted, BatchJob, CallbackJob, CardJob, LineJob
from storage import settled_batches
from storage.folding import Folder
from storage.settled_cards import settle_cards
from storage.settled_outbox import settle_callbacks, settle_lines


def request_ids(attempts: Iterable[Attempted]) -> Iterable[str]:
    """The requests that the moves of attempts will fold into."""
    for attempt in attempts:
        job = attempt.job
        if isinstance(job, CallbackJob):
            yield job.stored.request.id
        elif isinstance(job, CardJob):
            yield job.request_id
        elif isinstance(job, BatchJob):
            yield from settled_batches.request_ids(attempt, job)


def settle(connection: Connection, folder: Folder, attempts: Sequence[Attempted]) -> None:
    """Write down attempts, the last one of each job; the requests were locked before (`request_ids`)."""
    settle_cards(connection, folder, {a.job.copy_id: a for a in attempts if isinstance(a.job, CardJob)})
    batches = {a.job.id: a for a in attempts if isinstance(a.job, BatchJob)}
    settled_batches.settle_batches(connection, folder, batches)
    others = {a.job.id: a for a in attempts if isinstance(a.job, CallbackJob | LineJob)}
    callbacks = {name: a for name, a in others.items() if isinstance(a.job, CallbackJob)}
    settle_callbacks(connection, folder, callbacks)
    settle_lines(connection, {name: a for name, a in others.items() if name not in callbacks})
