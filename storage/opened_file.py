"""The SQLite file that was opened: whether it is still where everybody looks for it.

An open file outlives its name. A process whose file was moved away or removed goes on writing to what
nobody will find after a restart.
"""

from __future__ import annotations

import os
from pathlib import Path

from sqlalchemy import Engine, event, make_url

from bot.domain.errors import Busy
from storage.engine import is_sqlite, normalized


class OpenedFile:
    """Remembers what the first connection of an engine opened; a server's database is never missed."""

    def __init__(self, engine: Engine, url: str) -> None:
        name = make_url(normalized(url)).database if is_sqlite(url) else None
        # Whoever changes the folder afterwards changes nothing about what was opened.
        self._path = Path(name).absolute() if name else None
        self._first: os.stat_result | None = None
        event.listen(engine, "connect", self._opened)

    def check(self) -> None:
        """Raises `Busy` when the file's name is gone or has come to mean another file."""
        if self._path is None or self._first is None:
            return
        now = _stat(self._path)
        if now is None or not os.path.samestat(now, self._first):
            raise Busy(
                f"The database {self._path.name} is not the file any more that this process opened;"
                " stop Placet, put the file back with its -wal file beside it, and start again."
            )

    def _opened(self, *_: object) -> None:
        if self._path is not None and self._first is None:
            self._first = _stat(self._path)


def _stat(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except OSError:
        return None
