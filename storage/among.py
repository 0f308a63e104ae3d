"""`column IN (…)` as one statement text however many values there are, so that it is prepared once."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
from sqlalchemy import ColumnElement, Connection, Text, any_, func, literal, select
from sqlalchemy.dialects import postgresql


def among(connection: Connection, column: ColumnElement[str], values: Iterable[str]) -> ColumnElement[bool]:
    """Whether the column has one of the values."""
    if connection.dialect.name == "sqlite":
        given = func.json_each(literal(msgspec.json.encode(list(values)).decode(), Text)).table_valued(
            "value"
        )
        return column.in_(select(given.c.value))
    return column == any_(literal(list(values), postgresql.ARRAY(Text)))
