"""How much SQLite has to do for something, whatever else goes on at the machine."""

from typing import Any

from sqlalchemy import Connection, event

from storage.store import SqlStore

#: steps between two calls of the handler
_FINENESS = 10


class Steps:
    """Counts the steps of SQLite's machine (sqlite.org/c3ref/progress_handler.html)."""

    def __init__(self, store: SqlStore) -> None:
        self.taken = 0
        for engine in (store._writes, store._reads):
            event.listen(engine, "before_cursor_execute", self._watch)

    def _watch(self, connection: Connection, *_: Any) -> None:
        driver: Any = connection.connection.driver_connection
        driver.set_progress_handler(self._note, _FINENESS)

    def _note(self) -> int:
        self.taken += _FINENESS
        return 0
