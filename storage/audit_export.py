"""The audit written out whole, as JSON lines that can be verified without the database.

The first line says what it is, the last one how much it was. In between: public keys, seals, heads of chains,
requests (what verification needs of them, nothing that anybody wrote) and events, in this order.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, func, select

from storage.audit_tables import AuditRow, ChainRow, SealRow
from storage.moment import hold_still
from storage.seal_file import line_of
from storage.standing import Standing, standings
from storage.streams import by_bytes, streamed

FORMAT = "placet-audit-export/1"

_audit = AuditRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it at class creation
_seal = SealRow.__table__  # type: ignore[attr-defined]  # likewise
_chain = ChainRow.__table__  # type: ignore[attr-defined]  # likewise

_EVENT = ("subject", "seq", "kind", "actor", "at", "facts", "private", "hash", "seal")
_encode = msgspec.json.Encoder().encode


def export_lines(
    connection: Connection,
    *,
    keys: dict[str, Any],
    sign: Callable[[bytes], tuple[str, str]],
    at: int,
    private: bool,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Iterator[bytes]:
    """The lines, made at a moment (microseconds since 1970).

    `keys` is a JWK set, `sign` gives the id of a key and its signature over what was written.

    Private values are left out unless they are asked for; an export without them verifies all the same.
    """
    hold_still(connection)
    count, written = 0, hashlib.sha256()
    for entry in _entries(connection, keys, at, private=private, progress=progress):
        line = _encode(entry) + b"\n"
        written.update(line)
        count += 1
        yield line
    digest = written.hexdigest()
    kid, signature = sign(statement(count, digest))
    end = {"type": "end", "lines": count, "sha256": digest, "kid": kid, "signature": signature}
    yield _encode(end) + b"\n"


def statement(lines: int, digest: str) -> bytes:
    """The text that the signature of an export covers."""
    return f"{FORMAT}\n{lines}\n{digest}".encode()


def _entries(
    connection: Connection,
    keys: dict[str, Any],
    at: int,
    *,
    private: bool,
    progress: Callable[[int, int], None],
) -> Iterator[dict[str, Any]]:
    yield {"type": "export", "format": FORMAT, "made_at": at, "private": private}
    yield {"type": "keys", **keys}
    for row in streamed(connection, select(_seal).order_by(_seal.c.number)):
        yield {"type": "seal", **msgspec.structs.asdict(line_of(row))}
    for row in streamed(connection, select(_chain).order_by(by_bytes(connection, _chain.c.subject))):
        yield {"type": "chain", "subject": row.subject, "seq": row.seq, "head": row.head}
    for standing in standings(connection):
        yield {"type": "request", **_known(standing)}
    total = int(connection.execute(select(func.count()).select_from(_audit)).scalar_one())
    ordered = select(_audit).order_by(by_bytes(connection, _audit.c.subject), _audit.c.seq)
    for done, row in enumerate(streamed(connection, ordered), start=1):
        yield {"type": "event", **_event(row, private=private)}
        if done % 1000 == 0 or done == total:
            progress(done, total)


def _known(standing: Standing) -> dict[str, Any]:
    fields: dict[str, Any] = msgspec.structs.asdict(standing)
    return fields


def _event(row: Row[Any], *, private: bool) -> dict[str, Any]:
    fields = {name: getattr(row, name) for name in _EVENT}
    return fields if private else {**fields, "private": None}
