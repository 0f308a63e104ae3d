"""Composing: what a callback says is written by the transaction that leases its first attempt.

So it is stored before anything is sent, without a COMMIT of its own, and every attempt has the same bytes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection, Dialect, Text, Update, select, update

from bot.ports import CallbackJob, Compose, Composed
from storage.among import Lookup
from storage.audit_tables import AuditRow
from storage.many import Given, Many, inserting
from storage.prepared import Later
from storage.reads import DECIDING
from storage.tables import OutboxRow, ReceiptRow

_audit = AuditRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it at class creation
_outbox = OutboxRow.__table__  # type: ignore[attr-defined]  # likewise
_receipt = ReceiptRow.__table__  # type: ignore[attr-defined]  # likewise


def _freezing(_: Dialect, given: Given) -> Update:
    return update(_outbox).where(_outbox.c.id == given["id"]).values(body=given["body"])


_kept = Lookup(lambda among: select(_receipt).where(among(_receipt.c.request_id)))
_deciding = Lookup(
    lambda among: select(_audit.c.subject, _audit.c.hash).where(
        among(_audit.c.subject), _audit.c.kind.in_(DECIDING)
    )
)
_keep = inserting(_receipt, or_ignoring=True)
_freeze = Many({"id": Text(), "body": Text()}, _freezing)


@dataclass(slots=True)
class Proofs:
    """What is known of decisions, by the ids of their requests."""

    receipts: dict[str, str]
    #: hashes of the events that decided
    decided_in: Mapping[str, str]


def ask_proofs(connection: Connection, request_ids: Sequence[str]) -> Later[Proofs]:
    """What callbacks of these requests need to be written, asked for now."""
    kept, deciding = _kept.ask(connection, request_ids), _deciding.ask(connection, request_ids)
    return lambda: Proofs(
        {row.request_id: row.receipt for row in kept()}, {row.subject: row.hash for row in deciding()}
    )


def ask_composed(
    connection: Connection, jobs: Sequence[CallbackJob], compose: Compose | None, proofs: Proofs
) -> Later[list[CallbackJob]]:
    """These jobs with their bodies; one whose body cannot be written stays without, and harms no other.

    Once PostgreSQL has answered, what is returned makes sure that the receipts in them are those that hold.
    """
    new = [job for job in jobs if job.body is None]
    if not new or compose is None:
        return lambda: list(jobs)
    written = _written(new, compose, proofs)
    signed = {job.stored.request.id: written[job.id].receipt for job in new if job.id in written}
    unkept = {name: text for name, text in signed.items() if text is not None and name not in proofs.receipts}
    # In one order in every process, so that two that keep the same receipts do not wait for each other.
    kept = _keep.ask(connection, [{"request_id": name, "receipt": unkept[name]} for name in sorted(unkept)])
    _freeze.ask(connection, _texts(written))

    def composed() -> list[CallbackJob]:
        held = written
        if kept() != len(unkept):
            # Somebody else kept one meanwhile; theirs holds.
            rows = _kept.rows(connection, sorted(unkept))
            proofs.receipts.update((row.request_id, row.receipt) for row in rows)
            held = _written(new, compose, proofs)
            _freeze.run(connection, _texts(held))
        return [replace(job, body=held[job.id].body) if job.id in held else job for job in jobs]

    return composed


def _written(jobs: Sequence[CallbackJob], compose: Compose, proofs: Proofs) -> dict[str, Composed]:
    """What could be written, by the ids of the jobs."""
    written = {}
    for job in jobs:
        request = job.stored.request
        is_decided = request.progress.decision is not None
        receipt = proofs.receipts.get(request.id) if is_decided else None
        each = compose(job, receipt=receipt, decided_in=proofs.decided_in.get(request.id))
        if each is not None:
            written[job.id] = each
    return written


def _texts(written: Mapping[str, Composed]) -> list[dict[str, str]]:
    return [{"id": name, "body": each.body.decode()} for name, each in written.items()]
