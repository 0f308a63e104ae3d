"""Telling a database that is away, locked or short of something from one that rejects a command."""

from __future__ import annotations

import sqlite3

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

#: classes of PostgreSQL's error codes that pass by themselves: connection lost, transaction rolled back
#: (deadlock), not enough of something, not in the right state, operator's intervention, system error
#: (postgresql.org/docs/current/errcodes-appendix.html)
_PASSING = ("08", "40", "53", "55", "57", "58")
#: a server that is not the first any longer takes no writes until somebody makes it so, or the next
#: connection leads to the one that is
_READ_ONLY = "25006"
#: SQLite's answers that no repetition changes: an error in the statement, a value that is too big …
#: (sqlite.org/rescode.html)
_FINAL = {
    sqlite3.SQLITE_ERROR,
    sqlite3.SQLITE_TOOBIG,
    sqlite3.SQLITE_CONSTRAINT,
    sqlite3.SQLITE_MISMATCH,
    sqlite3.SQLITE_RANGE,
}


def is_away(error: BaseException) -> bool:
    """Whether the same command may succeed a moment later."""
    if not isinstance(error, DBAPIError):
        return False
    if error.connection_invalidated or isinstance(error, InterfaceError):
        return True
    cause = error.orig
    if isinstance(cause, sqlite3.Error):
        code: int | None = getattr(cause, "sqlite_errorcode", None)
        return isinstance(error, OperationalError) and (code is None or code & 0xFF not in _FINAL)
    state: str | None = getattr(cause, "sqlstate", None)
    if state == _READ_ONLY:
        return True
    return state[:2] in _PASSING if state else isinstance(error, OperationalError)
