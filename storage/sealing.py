"""The sealer: takes unsealed audit events into a chain of signed Merkle roots, at most a second behind.

Events are taken as they are found, never by their ids or times: transactions commit out of order.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from sqlalchemy import Connection, Row, select, update

from storage.audit import GENESIS
from storage.audit_tables import AuditRow, LeaseRow, SealRow
from storage.context import Batch
from storage.merkle import root
from storage.upsert import insert_new

#: events under one seal, and those of the last one's very microsecond
LEAVES = 2000
FORMAT = "placet-seal/1"

_audit = AuditRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it at class creation
_seal = SealRow.__table__  # type: ignore[attr-defined]  # likewise
_lease = LeaseRow.__table__  # type: ignore[attr-defined]  # likewise

#: signs a statement; the key's id and the raw signature
Sign: TypeAlias = Callable[[bytes], tuple[str, bytes]]


def statement(number: int, previous: str, merkle_root: str, count: int, at: int) -> bytes:
    """The text that a seal's signature covers (`at` in microseconds since 1970)."""
    return f"{FORMAT}\n{number}\n{previous}\n{merkle_root}\n{count}\n{at}".encode()


def leaves(events: Sequence[Row[Any]]) -> list[str]:
    """The hashes of events in the order in which a seal has them, whatever the database sorts by."""
    return [event.hash for event in sorted(events, key=lambda event: (event.subject, event.seq))]


def seal(connection: Connection, batch: Batch, sign: Sign) -> int:
    """Seal what is unsealed; how many events. Another process at work on it means 0."""
    if not _is_ours(connection):
        return 0
    last = connection.execute(select(_seal).order_by(_seal.c.number.desc()).limit(1)).one_or_none()
    number, previous = (last.number + 1, seal_hash(last)) if last else (1, GENESIS)
    events = _mark(connection, number)
    if not events:
        return 0
    merkle_root = root(leaves(events))
    text = statement(number, previous, merkle_root, len(events), batch.stamp)
    kid, signature = sign(text)
    row = {
        "number": number,
        "previous": previous,
        "root": merkle_root,
        "leaves": len(events),
        "at": batch.stamp,
        "kid": kid,
        "signature": base64.urlsafe_b64encode(signature).decode("ascii"),
    }
    connection.execute(_seal.insert(), [row])
    return len(events)


def is_anything_unsealed(connection: Connection) -> bool:
    """Whether there is anything to seal, or another process is just at it."""
    return connection.execute(select(_audit.c.at).where(_audit.c.seal.is_(None)).limit(1)).first() is not None


def seal_hash(row: object) -> str:
    """Hex hash by which the next seal names this one."""
    fields = (
        getattr(row, name) for name in ("number", "previous", "root", "leaves", "at", "kid", "signature")
    )
    return root(["".join(f"{field}\n" for field in fields).encode().hex()])


def _mark(connection: Connection, number: int) -> Sequence[Row[Any]]:
    """Put the oldest unsealed events under a seal, as many as are seen at this moment."""
    unsealed = _audit.c.seal.is_(None)
    past_last = select(_audit.c.at).where(unsealed).order_by(_audit.c.at).offset(LEAVES - 1).limit(1)
    until = connection.execute(past_last).scalar_one_or_none()
    marked = update(_audit).where(unsealed).values(seal=number)
    if until is not None:
        marked = marked.where(_audit.c.at <= until)
    return connection.execute(marked.returning(_audit.c.subject, _audit.c.seq, _audit.c.hash)).all()


def _is_ours(connection: Connection) -> bool:
    """Take the sealer's row for this transaction, unless another process has it."""
    insert_new(connection, _lease, [{"name": "sealer", "holder": "", "until": 0}])
    query = select(_lease.c.name).where(_lease.c.name == "sealer").with_for_update(skip_locked=True)
    return connection.execute(query).one_or_none() is not None
