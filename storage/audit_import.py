"""An exported audit, taken into tables of its own in a file that nobody else has, to be verified there."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO

import msgspec
from sqlalchemy import Column, Connection, MetaData, Table, Text, select

from bot.domain.errors import Invalid
from storage.audit_export import FORMAT, statement
from storage.audit_tables import AuditRow, ChainRow, SealRow
from storage.engine import write_engine
from storage.seal_file import SealLine
from storage.standing import Standing
from storage.streams import streamed
from storage.tables import ApprovalRow

_audit = AuditRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it at class creation
_seal = SealRow.__table__  # type: ignore[attr-defined]  # likewise
_chain = ChainRow.__table__  # type: ignore[attr-defined]  # likewise
_approval = ApprovalRow.__table__  # type: ignore[attr-defined]  # likewise
_standing = Table("standing", MetaData(), Column("id", Text, primary_key=True), Column("body", Text))

#: rows of a statement
_AT_ONCE = 2000
_TABLES = {"seal": _seal, "chain": _chain, "event": _audit, "request": _standing}


class Export:
    """An export that was read; raises `Invalid` for a file that is none."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.keys: dict[str, Any] = {"keys": []}
        #: what is wrong with the file as such, in sentences
        self.problems: list[str] = []
        #: the text that its signature covers, the key's id and the signature; None without an end
        self.signed: tuple[bytes, str, str] | None = None
        #: microseconds since 1970
        self.made_at = 0

    def standings(self) -> Iterator[Standing]:
        """Its requests, in the order of ids."""
        for row in streamed(self.connection, select(_standing).order_by(_standing.c.id)):
            yield msgspec.json.decode(row.body, type=Standing)

    def read(self, file: BinaryIO) -> None:
        """Take the lines in."""
        waiting: dict[str, list[dict[str, Any]]] = {name: [] for name in _TABLES}
        written = hashlib.sha256()
        for lines, line in enumerate(file):
            entry = self._entry(line, lines)
            if entry.get("type") == "end":
                self._end(entry, lines, written.hexdigest())
                self._nothing_after(file)
                break
            written.update(line)
            self._take(entry, waiting)
        else:
            self.problems.append("The export has no end: lines were cut off.")
        for name, rows in waiting.items():
            self._write(name, rows)

    def _entry(self, line: bytes, before: int) -> dict[str, Any]:
        try:
            entry = msgspec.json.decode(line, type=dict[str, Any])
        except msgspec.DecodeError:
            entry = {}
        if not before and entry.get("format") != FORMAT:
            raise Invalid(f"This is no export of the audit; its first line does not say {FORMAT}.")
        if not entry:
            self.problems.append(f"Line {before + 1} of the export cannot be read.")
        return entry

    def _take(self, entry: dict[str, Any], waiting: dict[str, list[dict[str, Any]]]) -> None:
        name = entry.pop("type", "")
        if name == "keys":
            self.keys = entry
        if name == "export" and isinstance(made_at := entry.get("made_at"), int):
            self.made_at = made_at
        if name not in _TABLES:
            return
        try:
            waiting[name].append(_row(name, entry))
            if name == "request":
                # There are no rows of requests here, so that their heads are kept with the others.
                waiting["chain"].append({"subject": entry["id"], "seq": entry["seq"], "head": entry["head"]})
        except (KeyError, msgspec.ValidationError):
            self.problems.append(f"The export has a {name} that cannot be read.")
        # A request brings a head with it, so that others than its own may be enough by now.
        for kind, rows in waiting.items():
            if len(rows) >= _AT_ONCE:
                self._write(kind, rows)

    def _write(self, name: str, rows: list[dict[str, Any]]) -> None:
        if not rows:
            return
        table = _TABLES[name]
        done = self.connection.execute(table.insert().prefix_with("OR IGNORE"), rows)
        if done.rowcount != len(rows):
            self.problems.append(f"The export has the same {name} more than once.")
        rows.clear()
        # What is not committed is kept in memory in part.
        self.connection.commit()

    def _end(self, entry: dict[str, Any], lines: int, digest: str) -> None:
        if (entry.get("lines"), entry.get("sha256")) != (lines, digest):
            self.problems.append("The export was changed: its last line counts and hashes other lines.")
        kid, signature = str(entry.get("kid")), str(entry.get("signature"))
        self.signed = (statement(lines, digest), kid, signature)

    def _nothing_after(self, file: BinaryIO) -> None:
        if file.read(1):
            self.problems.append("The export goes on after its end.")


def _row(name: str, entry: dict[str, Any]) -> dict[str, Any]:
    if name == "request":
        standing = msgspec.convert(entry, type=Standing)
        return {"id": standing.id, "body": msgspec.json.encode(standing).decode()}
    if name == "seal":
        line = msgspec.convert(entry, type=SealLine)
        return {column.name: getattr(line, column.name) for column in _seal.columns}
    return {column.name: entry[column.name] for column in _TABLES[name].columns}


@contextmanager
def imported(path: Path) -> Iterator[Export]:
    """The export in a file, ready to be verified; raises `Invalid`, or `OSError` where it cannot be read."""
    with TemporaryDirectory(prefix="placet-audit-") as folder, path.open("rb") as file:
        engine = write_engine(f"sqlite:///{folder}/audit.db")
        try:
            with engine.connect() as connection:
                _hurry(connection)
                for table in (_audit, _seal, _chain, _approval, _standing):
                    table.create(connection)
                export = Export(connection)
                export.read(file)
                yield export
                connection.rollback()
        finally:
            engine.dispose()


def _hurry(connection: Connection) -> None:
    """Nobody needs this file after a crash."""
    driver: Any = connection.connection.dbapi_connection
    driver.execute("PRAGMA synchronous=OFF")
