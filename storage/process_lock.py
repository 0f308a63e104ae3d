"""One long-running process per SQLite file; short commands share it."""

from __future__ import annotations

from filelock import FileLock, Timeout
from sqlalchemy import make_url

from bot.domain.errors import Misconfigured
from storage.engine import is_sqlite, normalized


def hold(url: str) -> FileLock | None:
    """Take the lock beside a SQLite file for the life of this process; None for a server's database.

    Raises `Misconfigured` when another long-running process has it.
    """
    if not is_sqlite(url):
        return None
    path = make_url(normalized(url)).database
    lock = FileLock(f"{path}.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise Misconfigured(
            f"Another Placet process is running on {path}. SQLite serves one; stop it first,"
            " or set PLACET_DATABASE_URL to a PostgreSQL database to run several."
        ) from error
    except OSError as error:
        raise Misconfigured(
            f"{path}.lock cannot be written: {error.strerror or error}. SQLite needs a folder that Placet may"
            " write to; correct its owner, or set PLACET_DATABASE_URL."
        ) from None
    return lock
