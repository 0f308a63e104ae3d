"""Checkpoints of SQLite's log, made beside the writer: while it makes one itself, all its callers wait.

What is committed lies in a log until a checkpoint copies it into the file and syncs it (sqlite.org/wal.html).
The writer does so by itself when the log has grown to so many pages (`engine`). A thread that copies most of
them before leaves it little to do; the writer still begins the log anew, so that the log grows no longer.
"""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing, suppress
from pathlib import Path

#: requests that changed between two checkpoints: about a quarter of the pages that the writer lets gather
EVERY = 256


class Checkpoints:
    """Makes them when enough was committed; what fails is left to the writer."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._changes = 0
        self._due = threading.Event()
        self._is_over = False
        self._thread: threading.Thread | None = None

    def after(self, changes: int) -> None:
        """So many requests were changed by a commit; called by the writer's thread, returns at once."""
        self._changes += changes
        if self._changes < EVERY or self._is_over:
            return
        self._changes = 0
        self._due.set()
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="placet-checkpoints", daemon=True)
            self._thread.start()

    def close(self) -> None:
        """Finish what is due, and let go of the file."""
        self._is_over = True
        self._due.set()
        if self._thread is not None:
            self._thread.join()

    def _work(self) -> None:
        with suppress(sqlite3.Error), closing(sqlite3.connect(self._path, isolation_level=None)) as file:
            # Without it nothing would be sure to be in the file before the log begins anew.
            file.execute("PRAGMA synchronous=FULL")
            is_over = False
            while not is_over:
                self._due.wait()
                self._due.clear()
                is_over = self._is_over
                with suppress(sqlite3.OperationalError):
                    file.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
