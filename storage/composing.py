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
from storage.reads import DECIDING
from storage.straight import together
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
class _Proofs:
    """What is known of decisions, by the ids of their requests."""

    receipts: dict[str, str]
    #: hashes of the events that decided
    decided_in: Mapping[str, str]


def composed(
    connection: Connection, jobs: Sequence[CallbackJob], compose: Compose | None
) -> list[CallbackJob]:
    """These jobs with their bodies; one whose body cannot be written stays without, and harms no other."""
    new = [job for job in jobs if job.body is None]
    if not new or compose is None:
        return list(jobs)
    proofs = _proofs(connection, new)
    written = _written(new, compose, proofs)
    if not _are_kept(connection, new, written, proofs):
        written = _written(new, compose, proofs)
    texts = [{"id": name, "body": each.body.decode()} for name, each in written.items()]
    _freeze.run(connection, texts)
    return [replace(job, body=written[job.id].body) if job.id in written else job for job in jobs]


def _proofs(connection: Connection, jobs: Sequence[CallbackJob]) -> _Proofs:
    decided = {job.stored.request.id for job in jobs if job.stored.request.progress.decision is not None}
    if not decided:
        return _Proofs({}, {})
    with together(connection):
        kept = _kept.ask(connection, sorted(decided))
        deciding = _deciding.ask(connection, sorted(decided))
    receipts = {row.request_id: row.receipt for row in kept()}
    return _Proofs(receipts, {row.subject: row.hash for row in deciding()})


def _written(jobs: Sequence[CallbackJob], compose: Compose, proofs: _Proofs) -> dict[str, Composed]:
    """What could be written, by the ids of the jobs."""
    written = {}
    for job in jobs:
        request_id = job.stored.request.id
        receipt, decided_in = proofs.receipts.get(request_id), proofs.decided_in.get(request_id)
        each = compose(job, receipt=receipt, decided_in=decided_in)
        if each is not None:
            written[job.id] = each
    return written


def _are_kept(
    connection: Connection,
    jobs: Sequence[CallbackJob],
    written: Mapping[str, Composed],
    proofs: _Proofs,
) -> bool:
    """Keep new receipts; False when somebody else kept one meanwhile: theirs holds, and is known now."""
    signed = {job.stored.request.id: written[job.id].receipt for job in jobs if job.id in written}
    new = {name: text for name, text in signed.items() if text is not None and name not in proofs.receipts}
    rows = [{"request_id": name, "receipt": new[name]} for name in sorted(new)]
    if _keep.run(connection, rows) == len(rows):
        return True
    proofs.receipts.update((row.request_id, row.receipt) for row in _kept.rows(connection, sorted(new)))
    return False
