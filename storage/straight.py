"""Statements straight to the driver: what the writer runs all the time does without SQLAlchemy's execution.

The bookkeeping around one execution costs several times what SQLite takes to run the statement. What matters
of it is kept: the transaction that begins with the first statement, listeners, and errors as `DBAPIError`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError


@contextmanager
def together(connection: Connection) -> Iterator[None]:
    """Let PostgreSQL have the statements inside at once; none waits until the one before it was answered.

    Each still runs after the one before and sees what it did. Rows that are read inside are waited for; how
    many rows a statement touched is not known, and what one fails with may be raised at the end.
    """
    if connection.dialect.name == "sqlite":
        yield
        return
    if not connection.in_transaction():
        connection.begin()
    driver: Any = connection.connection.dbapi_connection
    try:
        with driver.pipeline():
            yield
    except connection.dialect.loaded_dbapi.Error as error:
        raise _as_raised_by_sqlalchemy(connection, None, None, error) from error


@contextmanager
def executed(connection: Connection, sql: str, values: Any) -> Iterator[Any]:
    """The driver's cursor after it ran the statement once."""
    with _cursor(connection, sql, values, many=False) as cursor:
        cursor.execute(sql, values)
        yield cursor


def execute_each(connection: Connection, sql: str, rows: list[Any]) -> int:
    """Run the statement once a row; how many rows of the table it touched."""
    with _cursor(connection, sql, rows, many=True) as cursor:
        cursor.executemany(sql, rows)
        return int(cursor.rowcount)


@contextmanager
def _cursor(connection: Connection, sql: str, values: Any, *, many: bool) -> Iterator[Any]:
    if not connection.in_transaction():
        connection.begin()
    cursor = connection.connection.cursor()
    try:
        for listener in connection.dispatch.before_cursor_execute:
            listener(connection, cursor, sql, values, None, many)
        yield cursor
    except connection.dialect.loaded_dbapi.Error as error:
        raise _as_raised_by_sqlalchemy(connection, cursor, sql, error) from error
    finally:
        cursor.close()


def _as_raised_by_sqlalchemy(
    connection: Connection, cursor: Any, sql: str | None, error: Any
) -> BaseException:
    """The error without the statement's values, which may be private; a lost connection is given up."""
    dialect = connection.dialect
    is_lost = dialect.is_disconnect(error, connection.connection.dbapi_connection, cursor)
    raised: BaseException = DBAPIError.instance(
        sql, None, error, dialect.loaded_dbapi.Error, connection_invalidated=is_lost, dialect=dialect
    )
    if is_lost:
        connection.invalidate(error)
    return raised
