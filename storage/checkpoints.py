"""Checkpoints of SQLite's log, made beside the writer: while it makes one itself, all its callers wait.

What is committed lies in a log until a checkpoint copies it into the file and syncs it (sqlite.org/wal.html).
The writer does so by itself when the log has grown to so many pages (`engine`). A thread that copies most of
them before leaves it little to do; the writer still begins the log anew, so that the log grows no longer.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

#: requests that changed between two checkpoints: about a quarter of the pages that the writer lets gather
EVERY = 256
#: a file that could not be used is opened again after this, then after twice this …
FIRST_PAUSE = timedelta(seconds=1)
#: … but at least this often
LONGEST_PAUSE = timedelta(minutes=1)

#: somebody else is at it this very moment, and makes it
_TAKEN = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)

_log = logging.getLogger(__name__)


class Checkpoints:
    """Makes them when enough was committed; what fails is left to the writer, and tried again later."""

    def __init__(self, path: Path, *, rest: Callable[[float], object] | None = None) -> None:
        """`rest` waits so many seconds, or until there is nothing to wait for any more."""
        self._path = path
        self._changes = 0
        self._due = threading.Event()
        self._over = threading.Event()
        self._rest = rest or self._over.wait
        self._failures = 0
        self._thread: threading.Thread | None = None

    def after(self, changes: int) -> None:
        """So many requests were changed by a commit; called by the writer's thread, returns at once."""
        self._changes += changes
        if self._changes < EVERY or self._over.is_set():
            return
        self._changes = 0
        self._due.set()
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="placet-checkpoints", daemon=True)
            self._thread.start()

    def close(self) -> None:
        """Finish what is due, and let go of the file."""
        self._over.set()
        self._due.set()
        if self._thread is not None:
            self._thread.join()

    def _work(self) -> None:
        while True:
            try:
                self._make_until_over()
            except sqlite3.Error as error:
                self._failed(error)
            if self._over.is_set():
                return
            self._rest(min(FIRST_PAUSE * 2 ** min(self._failures - 1, 10), LONGEST_PAUSE).total_seconds())
            self._due.set()

    def _make_until_over(self) -> None:
        # A file that is gone is not begun anew: what was in it is to be put back.
        place = f"{self._path.absolute().as_uri()}?mode=rw"
        with closing(sqlite3.connect(place, uri=True, isolation_level=None)) as file:
            # Without it nothing would be sure to be in the file before the log begins anew.
            file.execute("PRAGMA synchronous=FULL")
            is_over = False
            while not is_over:
                self._due.wait()
                self._due.clear()
                is_over = self._over.is_set()
                _make(file)
                self._made()

    def _failed(self, error: sqlite3.Error) -> None:
        self._failures += 1
        if self._failures == 1:
            _log.warning(
                "The log of the SQLite file cannot be copied into it beside the writer (%s); the writer does"
                " so alone, with longer pauses, until it can.",
                error,
            )

    def _made(self) -> None:
        if self._failures:
            _log.info("The log of the SQLite file is copied into it beside the writer again.")
        self._failures = 0


def _make(file: sqlite3.Connection) -> None:
    try:
        file.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF not in _TAKEN:
            raise
