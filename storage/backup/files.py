"""What a backup is when it lies on a disk: one file, whole or not there at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from bot.domain.errors import PlacetError

Kind = Literal["sqlite", "postgresql"]

#: how the files begin (sqlite.org/fileformat.html; the custom format of pg_dump)
_BEGINNINGS: tuple[tuple[bytes, Kind], ...] = ((b"SQLite format 3\x00", "sqlite"), (b"PGDMP", "postgresql"))


class BackupFailed(PlacetError):
    """The backup could not be made or used."""

    code = "backup_failed"


def kind_of(file: Path) -> Kind:
    """Which database the file is a backup of; raises `BackupFailed`."""
    try:
        with file.open("rb") as opened:
            beginning = opened.read(16)
    except OSError as error:
        raise BackupFailed(f"{file} cannot be read: {error.strerror or error}.") from None
    for marked, kind in _BEGINNINGS:
        if beginning.startswith(marked):
            return kind
    raise BackupFailed(f"{file} is no backup: it is neither a SQLite file nor a dump of PostgreSQL.")


@contextmanager
def written_whole(file: Path) -> Iterator[Path]:
    """A file beside `file` to write into, which takes its name when everything is on the disk.

    Only the owner can read it. Raises `BackupFailed` where there is a file already.
    """
    if file.exists():
        raise BackupFailed(f"{file} is there already; give a name that is free. Nothing was written.")
    partial = file.with_name(f"{file.name}.partial")
    try:
        partial.unlink(missing_ok=True)
        os.close(os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except OSError as error:
        raise BackupFailed(f"{file} cannot be written: {error.strerror or error}.") from None
    try:
        yield partial
        settle(partial, file)
    finally:
        partial.unlink(missing_ok=True)


def settle(written: Path, file: Path) -> None:
    """Give a finished file its name; both are on the disk afterwards."""
    _sync(written)
    written.replace(file)
    _sync(file.parent)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
