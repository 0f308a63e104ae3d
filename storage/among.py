"""`column IN (…)` as one parameter: the statement's text is the same however many values there are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeAlias

import msgspec
from sqlalchemy import ColumnElement, Connection, Dialect, Select, Text, any_, func, literal, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.types import TypeEngine

from storage.prepared import Later, Prepared, given

#: says of a column that it has one of the values
Among: TypeAlias = Callable[[ColumnElement[str]], ColumnElement[bool]]

_ARRAY: TypeEngine[Any] = postgresql.ARRAY(Text())
_encode = msgspec.json.Encoder().encode


class Lookup:
    """Rows by many values of a column."""

    def __init__(self, build: Callable[[Among], Select[Any]]) -> None:
        self._prepared = Prepared(lambda dialect: build(_given_values(dialect)))

    def rows(self, connection: Connection, values: Iterable[str], **given: Any) -> Sequence[Any]:
        """The rows that have one of the values; with what else the statement is given."""
        listed = list(values)
        is_sqlite = connection.dialect.name == "sqlite"
        return self._prepared.rows(connection, values=_json(listed) if is_sqlite else listed, **given)

    def ask(self, connection: Connection, values: Iterable[str], **given: Any) -> Later[list[Any]]:
        """The same rows once they are called for, until when PostgreSQL may not be waited for."""
        listed = list(values)
        is_sqlite = connection.dialect.name == "sqlite"
        return self._prepared.ask(connection, values=_json(listed) if is_sqlite else listed, **given)


def among(connection: Connection, column: ColumnElement[str], values: Iterable[str]) -> ColumnElement[bool]:
    """Whether the column has one of the values, for statements that are run rarely."""
    if connection.dialect.name == "sqlite":
        return _in_json(column, literal(_json(list(values)), Text()))
    return column == any_(literal(list(values), _ARRAY))


def _given_values(dialect: Dialect) -> Among:
    if dialect.name == "sqlite":
        return lambda column: _in_json(column, given("values", Text()))
    return lambda column: column == any_(given("values", _ARRAY))


def _in_json(column: ColumnElement[str], values: ColumnElement[str]) -> ColumnElement[bool]:
    return column.in_(select(func.json_each(values).table_valued("value").c.value))


def _json(values: Sequence[str]) -> str:
    return _encode(values).decode()
