"""Going through tables side by side, a few rows at a time, each in the order of one and the same text."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, collate

#: rows that are fetched at once
FETCHED = 2000


def streamed(connection: Connection, query: Any) -> Iterator[Row[Any]]:
    """The rows of a query, a few at a time."""
    return iter(connection.execute(query, execution_options={"yield_per": FETCHED}))


def by_bytes(connection: Connection, column: ColumnElement[Any]) -> ColumnElement[Any]:
    """A text in the order in which Python compares, whatever the database's language."""
    return collate(column, "C") if connection.dialect.name == "postgresql" else column


class Beside:
    """Rows that go along with others: taken by their text, in the order of all of them."""

    def __init__(self, rows: Iterator[Row[Any]], key: Callable[[Row[Any]], str]) -> None:
        self._rows = rows
        self._key = key
        self._next = next(rows, None)
        self._passed: list[str] = []

    def take(self, key: str) -> list[Row[Any]]:
        """The rows of this text; those before it are passed over."""
        found = []
        while self._next is not None and (own := self._key(self._next)) <= key:
            if own == key:
                found.append(self._next)
            else:
                self._passed.append(own)
            self._next = next(self._rows, None)
        return found

    def passed(self) -> list[str]:
        """Texts of rows that nobody took, since this was asked the last time."""
        passed, self._passed = self._passed, []
        return passed

    def rest(self) -> Iterator[str]:
        """Texts of the rows after the last that was taken."""
        yield from self.passed()
        while self._next is not None:
            yield self._key(self._next)
            self._next = next(self._rows, None)
