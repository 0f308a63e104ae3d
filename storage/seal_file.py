"""Seals kept beside the database: a file that is only ever added to, one seal a line, as JSON.

Whoever puts an older state of the database in its place, or takes its newest seals away, would have to
change this file too. It is best kept where the database's owner cannot write (`chattr +a`, another machine).
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, select

from storage.audit_tables import SealRow
from storage.sealing import FORMAT, seal_hash

_seal = SealRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it at class creation

#: bytes at the end of a file that surely hold its last line
_TAIL = 4096


class SealLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line: the fields of a row of `audit_seal`, and the hash by which the next seal names it."""

    format: str
    number: int
    previous: str
    root: str
    leaves: int
    #: microseconds since 1970
    at: int
    kid: str
    signature: str
    hash: str

    @property
    def is_itself(self) -> bool:
        """Whether its hash is that of its fields."""
        return self.hash == seal_hash(self)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A line that is no seal, as far as it can be read."""

    text: bytes


def line_of(row: Row[Any]) -> SealLine:
    """The line for a row of `audit_seal`."""
    fields = {column.name: getattr(row, column.name) for column in _seal.columns}
    return SealLine(format=FORMAT, hash=seal_hash(row), **fields)


def seals_from(connection: Connection, number: int, most: int) -> Sequence[SealLine]:
    """The database's seals from this number on, in their order."""
    query = select(_seal).where(_seal.c.number >= number).order_by(_seal.c.number).limit(most)
    return [line_of(row) for row in connection.execute(query)]


def newest(connection: Connection) -> SealLine | None:
    """The database's newest seal."""
    row = connection.execute(select(_seal).order_by(_seal.c.number.desc()).limit(1)).one_or_none()
    return line_of(row) if row is not None else None


class SealFile:
    """The file; every method raises `OSError` where it cannot be used."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def last(self) -> SealLine | None:
        """The last line that can be read."""
        with self.path.open("rb") as file:
            return _last(file.fileno())

    def size(self) -> int:
        """Bytes now; whoever reads to here reads nothing that is added later."""
        return self.path.stat().st_size

    def read(self, size: int) -> Iterator[SealLine | Unreadable]:
        """The lines of the first so many bytes.

        What crashes and full disks left of a line that then follows whole is passed over.
        """
        torn: list[bytes] = []
        for text in self._lines(size):
            line = _parsed(text)
            if line is None:
                torn.append(text)
                continue
            yield from (Unreadable(each) for each in torn if not text.startswith(each))
            torn.clear()
            yield line
        yield from (Unreadable(each) for each in torn if each)

    def append(self, seals: Sequence[SealLine]) -> None:
        """Add seals that the file does not end with already; the disk holds them when this returns."""
        descriptor = os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            # Two processes on one machine may keep the same file.
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            _write(descriptor, b"".join(map(_text, _after(_last(descriptor), seals))))
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def _lines(self, size: int) -> Iterator[bytes]:
        left = size
        with self.path.open("rb") as file:
            while left > 0 and (text := file.readline(left)):
                left -= len(text)
                yield text.rstrip(b"\n")


def _after(last: SealLine | None, seals: Sequence[SealLine]) -> Iterable[SealLine]:
    """What another process has not added meanwhile; only a history that goes on is looked at so."""
    hashes = [seal.hash for seal in seals]
    return seals[hashes.index(last.hash) + 1 :] if last is not None and last.hash in hashes else seals


def _write(descriptor: int, text: bytes) -> None:
    end = os.lseek(descriptor, 0, os.SEEK_END)
    is_torn = end > 0 and os.pread(descriptor, 1, end - 1) != b"\n"
    data = memoryview(b"\n" + text if is_torn and text else text)
    while data:
        data = data[os.write(descriptor, data) :]


def _last(descriptor: int) -> SealLine | None:
    end = os.lseek(descriptor, 0, os.SEEK_END)
    tail = os.pread(descriptor, _TAIL, max(0, end - _TAIL))
    return next((line for text in reversed(tail.splitlines()) if (line := _parsed(text)) is not None), None)


def _parsed(text: bytes) -> SealLine | None:
    try:
        return msgspec.json.decode(text, type=SealLine)
    except msgspec.DecodeError:  # also of the wrong types
        return None


def _text(line: SealLine) -> bytes:
    return msgspec.json.encode(line) + b"\n"
