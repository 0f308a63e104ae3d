"""A copy of a SQLite database in use, by SQLite's online backup (sqlite.org/backup.html)."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path

from storage.backup.files import BackupFailed

#: pages a step; between steps the progress is told
_PAGES = 2000


def copy_sqlite(source: Path, target: Path, progress: Callable[[int, int], None]) -> None:
    """Copy everything that was committed before this began; `progress` hears of pages done and in all.

    The source is read in one transaction. In WAL mode that keeps nobody from writing, and what they write
    does not make the copy begin again. The target is one file, without a log beside it.
    Raises `BackupFailed`.
    """
    try:
        with closing(_opened(source)) as reading, closing(sqlite3.connect(target)) as writing:
            reading.execute("BEGIN")
            reading.execute("SELECT count(*) FROM sqlite_master").fetchone()
            reading.backup(
                writing, pages=_PAGES, progress=lambda _, left, total: progress(total - left, total)
            )
            reading.execute("ROLLBACK")
            writing.execute("PRAGMA journal_mode=DELETE")
            _demand_sound(writing, source)
    except sqlite3.Error as error:
        raise BackupFailed(f"{source} cannot be copied: {error}.") from None


def moved_aside(database: Path, at: datetime) -> Path:
    """Give a database that nobody has open a second name, which tells when it was replaced; that name.

    Raises `BackupFailed` when somebody does have it open, as a command that runs beside it.
    """
    kept = database.with_name(f"{database.name}.replaced-{at:%Y%m%dT%H%M%SZ}")
    try:
        with closing(_opened(database)) as connection:
            connection.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.Error as error:
        raise BackupFailed(f"{database} is in use ({error}); nothing was changed.") from None
    kept.hardlink_to(database)
    return kept


def _opened(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=rw", uri=True, timeout=30)
    connection.isolation_level = None
    return connection


def _demand_sound(copy: sqlite3.Connection, source: Path) -> None:
    """Raise `BackupFailed` for damaged pages and for a file that is not Placet's."""
    (found,) = copy.execute("PRAGMA quick_check(1)").fetchone()
    if found != "ok":
        raise BackupFailed(f"{source} is damaged: {found}.")
    tables = {name for (name,) in copy.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if not {"approval", "audit_event", "alembic_version"} <= tables:
        raise BackupFailed(f"{source} holds no database of Placet.")
