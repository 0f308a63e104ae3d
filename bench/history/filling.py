"""Filling a database with made-up history as fast as it takes it: the rows the product would have written."""

from __future__ import annotations

import base64
import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Engine, Table, select

from bench.history.company import Scale
from bench.history.happenings import Fate, Happening
from bench.history.requests import made, terms
from bot.domain.terms import Terms
from storage import codec, mapping
from storage.audit import GENESIS, Chain
from storage.audit_tables import AuditRow, SealRow
from storage.merkle import root
from storage.sealing import LEAVES, seal_hash, statement
from storage.stamps import to_stamp
from storage.tables import ApprovalRow, PacketRow
from storage.terms_book import TermsBook

#: a Monday
BEGINS_AT = datetime(2026, 1, 5, tzinfo=UTC)
SEED = 23
#: requests written together
TOGETHER = 500

_approval = ApprovalRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it at class creation
_packet = PacketRow.__table__  # type: ignore[attr-defined]  # likewise
_audit = AuditRow.__table__  # type: ignore[attr-defined]  # likewise
_seal = SealRow.__table__  # type: ignore[attr-defined]  # likewise


def fill(engine: Engine, scale: Scale, seed: int = SEED, begins_at: datetime = BEGINS_AT) -> Iterator[int]:
    """Write a whole history that begins on a Monday; yields how many requests are written so far."""
    random.seed(seed)  # the ids, too
    by_action, book = terms(), TermsBook()
    written = 0
    with engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            connection.connection.execute("PRAGMA synchronous=OFF")
        book.store(connection, by_action.values())
        connection.commit()
        happenings = Fate(scale, begins_at, seed).happenings()
        while some := list(islice(happenings, TOGETHER)):
            _write(connection, some, by_action, book)
            connection.commit()
            written += len(some)
            yield written


def _write(
    connection: Connection, happenings: Sequence[Happening], by_action: Mapping[str, Terms], book: TermsBook
) -> None:
    approvals, packets, events = [], [], []
    for happening in happenings:
        request, packet, told = made(happening, by_action)
        chain = Chain(request.id, 0, GENESIS)
        events += [chain.append(each.event, to_stamp(each.at)) for each in told]
        row = mapping.new_row(request, book.hash_of(request.terms))
        approvals.append(row | {"audit_seq": chain.seq, "audit_head": chain.head})
        text = codec.to_text(packet)
        packets += [
            {"request_id": request.id, "revision": revision + 1, "packet": text}
            for revision in range(request.revision)
        ]
    _seal_all(connection, events)
    for table, rows in ((_approval, approvals), (_packet, packets), (_audit, events)):
        _insert(connection, table, rows)


def _seal_all(connection: Connection, events: list[dict[str, Any]]) -> None:
    """Put the events under seals, chained to the last one; their signatures are nobody's."""
    last = connection.execute(select(_seal).order_by(_seal.c.number.desc()).limit(1)).one_or_none()
    for first in range(0, len(events), LEAVES):
        under = events[first : first + LEAVES]
        number, previous = (last.number + 1, seal_hash(last)) if last else (1, GENESIS)
        for event in under:
            event["seal"] = number
        hashes = [event["hash"] for event in sorted(under, key=lambda each: (each["subject"], each["seq"]))]
        at = max(event["at"] for event in under)
        merkle_root = root(hashes)
        text = statement(number, previous, merkle_root, len(under), at)
        row = {
            "number": number,
            "previous": previous,
            "root": merkle_root,
            "leaves": len(under),
            "at": at,
            "kid": "history",
            "signature": base64.urlsafe_b64encode(text[:8]).decode(),
        }
        connection.execute(_seal.insert(), [row])
        last = connection.execute(select(_seal).where(_seal.c.number == number)).one()


def _insert(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    names = list(rows[0])
    values = [[row[name] for name in names] for row in rows]
    cursor = connection.connection.cursor()
    if connection.dialect.name == "sqlite":
        marks = ", ".join("?" * len(names))
        cursor.executemany(f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({marks})", values)
        return
    with cursor.copy(f"COPY {table.name} ({', '.join(names)}) FROM STDIN") as copy:
        for value in values:
            copy.write_row(value)
