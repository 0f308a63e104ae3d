"""A bell on a file of SQLite: notices that another connection has committed, without reading anything stored.

SQLite counts the commits of other connections (sqlite.org/pragma.html#pragma_data_version); asking for the
count takes a few microseconds. The commits of this process's own writer are among them.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from bot.looking import OFTEN
from storage.far_news import News

#: a checkpoint of another process holds the file for so long at most (seconds)
BUSY_SECONDS = 1.0


class FileBell:
    """Tells of commits from a thread of its own, half a second later at most."""

    def __init__(
        self, path: Path, *, heard: Callable[[News], None], every: float = OFTEN.total_seconds()
    ) -> None:
        """`heard` is called in the thread after commits, and after every (re)opening; `every` is seconds."""
        self._path, self._heard, self._every = path, heard, every
        self._stopping = threading.Event()
        #: whether commits are noticed
        self.hears = False
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to notice; harmless when begun."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="placet-bell", daemon=True)
            self._thread.start()

    def ring(self, news: News) -> None:
        """Nothing: whoever has the file open notices by itself."""

    def stop(self) -> None:
        """Let go of the file."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()

    def _work(self) -> None:
        while not self._stopping.is_set():
            try:
                self._follow()
            except sqlite3.Error:
                # Where it cannot be asked, all look often, and say themselves what is wrong.
                self._stopping.wait(self._every)
            finally:
                self.hears = False

    def _follow(self) -> None:
        # Never made anew: a file that is away is nothing to listen to.
        place = f"{self._path.absolute().as_uri()}?mode=rw"
        with closing(sqlite3.connect(place, uri=True, isolation_level=None, timeout=BUSY_SECONDS)) as file:
            seen = None
            while not self._stopping.is_set():
                count = file.execute("PRAGMA data_version").fetchone()[0]
                self.hears = True
                if count != seen:
                    seen = count
                    self._heard(News(work=True, more=True))
                self._stopping.wait(self._every)
