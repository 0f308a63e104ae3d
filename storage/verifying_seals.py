"""Seals: each follows the one before it, is signed, and fits the events that lie under it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import groupby
from operator import attrgetter
from typing import Any, TypeAlias

from sqlalchemy import Connection, Row, func, select

from storage.audit import GENESIS
from storage.audit_report import AuditReport
from storage.audit_tables import AuditRow, SealRow
from storage.merkle import root
from storage.sealing import leaves, seal_hash, statement
from storage.streams import streamed

_audit = AuditRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it at class creation
_seal = SealRow.__table__  # type: ignore[attr-defined]  # likewise

#: whether a key of this installation made a signature (URL-safe base64) over a text
IsSigned: TypeAlias = Callable[[str, bytes, str], bool]


def verify_seals(connection: Connection, is_signed: IsSigned, report: AuditReport) -> None:
    """Hold every seal against the one before it, its signature, and the events under it."""
    unsealed = select(func.count()).select_from(_audit).where(_audit.c.seal.is_(None))
    report.unsealed = int(connection.execute(unsealed).scalar_one())
    marked = _marked(connection)
    number, events = next(marked, (None, []))
    for row in _followed(streamed(connection, select(_seal).order_by(_seal.c.number)), is_signed, report):
        while number is not None and number < row.number:
            report.problem(f"Seal {number} is missing; events name it.")
            number, events = next(marked, (None, []))
        if number != row.number:
            report.problem(f"Seal {row.number} does not fit the events under it: all are missing.")
            continue
        if not _fits(row, events):
            report.problem(f"Seal {number} does not fit the events under it.")
        number, events = next(marked, (None, []))
    while number is not None:
        report.problem(f"Seal {number} is missing; events name it.")
        number, events = next(marked, (None, []))


def is_signed_by_us(seal: Any, is_signed: IsSigned) -> bool:
    """Whether a seal (a row of `audit_seal`, or a line of a file) has a signature of this installation."""
    text = statement(seal.number, seal.previous, seal.root, seal.leaves, seal.at)
    return is_signed(seal.kid, text, seal.signature)


def _marked(connection: Connection) -> Iterator[tuple[int | None, list[Row[Any]]]]:
    """Events by the number of the seal that they name."""
    columns = [_audit.c[name] for name in ("seal", "subject", "seq", "hash")]
    query = select(*columns).where(_audit.c.seal.is_not(None)).order_by(_audit.c.seal)
    for number, events in groupby(streamed(connection, query), key=attrgetter("seal")):
        yield number, list(events)


def _fits(seal: Row[Any], events: list[Row[Any]]) -> bool:
    try:
        return len(events) == seal.leaves and bool(root(leaves(events)) == seal.root)
    except ValueError:  # a hash that is no hexadecimal number
        return False


def _followed(seals: Iterator[Row[Any]], is_signed: IsSigned, report: AuditReport) -> Iterator[Row[Any]]:
    previous, expected = GENESIS, 1
    for row in seals:
        report.seals += 1
        if row.number != expected or row.previous != previous:
            report.problem(f"Seal {row.number} does not follow the seal before it.")
        if not is_signed_by_us(row, is_signed):
            report.problem(f"Seal {row.number} is not signed by a key of this installation.")
        previous, expected = seal_hash(row), row.number + 1
        yield row
