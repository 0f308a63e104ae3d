"""Seals in the file beside the database: the database has to have every one of them still.

This is what finds a whole database that was put back to an older state, and newest events that went
together with their seals: nothing inside the database can tell of those.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC
from itertools import islice
from pathlib import Path

from sqlalchemy import Connection, select

from storage.audit_report import AuditReport
from storage.audit_tables import SealRow
from storage.seal_file import SealFile, SealLine, Unreadable
from storage.sealing import seal_hash
from storage.stamps import from_stamp
from storage.verifying_seals import IsSigned, is_signed_by_us

_seal = SealRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it at class creation

#: lines that are compared by one query
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Kept:
    """A file of seals as it was before the database was looked at; what is added later is not compared."""

    file: SealFile
    #: bytes; None where there was no file
    size: int | None

    @classmethod
    def at(cls, path: Path) -> Kept:
        """The file as it is now."""
        return cls(SealFile(path), path.stat().st_size if path.exists() else None)


def verify_kept(
    connection: Connection,
    kept: Kept,
    is_signed: IsSigned,
    report: AuditReport,
    until: int | None = None,
) -> None:
    """Hold the file, as it was, against the database.

    What was sealed after `until` (microseconds since 1970), the database need not have.
    """
    file, size = kept.file, kept.size
    report.kept = 0
    if size is None:
        if report.seals:
            report.problem(f"{file.path} is not there, so no seal could be held against the database.")
        return
    gone: list[SealLine] = []
    lines = _sound(file, size, is_signed, report)
    while some := list(islice(lines, _AT_ONCE)):
        missing = _compared(connection, some, file.path, report)
        gone += [line for line in missing if until is None or line.at <= until]
        del gone[1:-1]
        report.kept += len(some)
    if gone:
        first, last = gone[0], gone[-1]
        when = from_stamp(last.at).astimezone(UTC).isoformat(timespec="seconds")
        report.problem(
            f"{file.path} has seals {first.number} to {last.number}, the last of {when}, and the database has"
            " not: its newest events were taken away, or an older state was put in its place."
        )


def _sound(file: SealFile, size: int, is_signed: IsSigned, report: AuditReport) -> Iterator[SealLine]:
    """Lines that can be compared; what is wrong with the file by itself is reported."""
    before: SealLine | None = None
    for line in file.read(size):
        if isinstance(line, Unreadable):
            report.problem(
                f"A line of {file.path} cannot be read: {line.text[:40].decode(errors='replace')}…"
            )
            continue
        if not line.is_itself or not is_signed_by_us(line, is_signed):
            report.problem(f"Seal {line.number} in {file.path} is not signed by a key of this installation.")
            continue
        if before is not None and before.hash not in (line.previous, line.hash):
            report.problem(f"Seal {line.number} in {file.path} does not follow the line before it.")
        before = line
        yield line


def _compared(
    connection: Connection, lines: list[SealLine], path: Path, report: AuditReport
) -> list[SealLine]:
    """Report seals that are others in the database; those that it has not at all."""
    query = select(_seal).where(_seal.c.number.in_([line.number for line in lines]))
    hashes = {row.number: seal_hash(row) for row in connection.execute(query)}
    for line in lines:
        if line.number in hashes and hashes[line.number] != line.hash:
            report.problem(f"Seal {line.number} in the database is another than the one in {path}.")
    return [line for line in lines if line.number not in hashes]
