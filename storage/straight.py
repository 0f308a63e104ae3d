"""Statements straight to the driver: what the writer runs all the time does without SQLAlchemy's execution.

The bookkeeping around one execution costs several times what SQLite takes to run the statement. What matters
of it is kept: the transaction that begins with the first statement, listeners, and errors as `DBAPIError`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

#: under which a connection keeps what ends its pipeline
_PENDING = "placet pipeline"


@contextmanager
def together(connection: Connection) -> Iterator[None]:
    """Let PostgreSQL have the statements inside at once; none waits until the one before it was answered.

    Each still runs after the one before and sees what it did. Rows that are read inside are waited for,
    unless they are only `asked` for. How many rows a statement touched (`counted`) and what it
    fails with may be known only at the end.
    """
    pending = connection.info.get(_PENDING)
    if connection.dialect.name == "sqlite" or pending is not None:
        yield
        return
    try:
        with ExitStack() as pipeline:
            connection.info[_PENDING] = pipeline
            try:
                yield
            finally:
                del connection.info[_PENDING]
    except connection.dialect.loaded_dbapi.Error as error:
        raise _as_raised_by_sqlalchemy(connection, None, None, error) from error


@contextmanager
def executed(connection: Connection, sql: str, values: Any) -> Iterator[Any]:
    """The driver's cursor after it ran the statement once."""
    with _cursor(connection, sql, values, many=False) as cursor:
        cursor.execute(sql, values)
        yield cursor


def asked(connection: Connection, sql: str, values: Any) -> Callable[[], tuple[list[Any], Any]]:
    """Run the statement once; what is returned fetches its rows, and what the driver says of their columns.

    Inside `together` PostgreSQL is not waited for before that.
    """
    cursor = _started(connection, sql, values)
    if connection.dialect.name == "sqlite":
        # A statement whose rows nobody has fetched would still be under way at COMMIT.
        found = _fetched(cursor)
        return lambda: found
    return lambda: _fetched(cursor)


def counted(connection: Connection, sql: str, values: Any) -> Callable[[], int]:
    """Run the statement once; what is returned tells how many rows of the table it touched."""
    cursor = _started(connection, sql, values)

    def count() -> int:
        with closing(cursor):
            return int(cursor.rowcount)

    return count


def execute_each(connection: Connection, sql: str, rows: list[Any]) -> int:
    """Run the statement once a row; how many rows of the table it touched."""
    with _cursor(connection, sql, rows, many=True) as cursor:
        cursor.executemany(sql, rows)
        return int(cursor.rowcount)


@contextmanager
def _cursor(connection: Connection, sql: str, values: Any, *, many: bool) -> Iterator[Any]:
    cursor = _opened(connection, sql, values, many=many)
    try:
        yield cursor
    except connection.dialect.loaded_dbapi.Error as error:
        raise _as_raised_by_sqlalchemy(connection, cursor, sql, error) from error
    finally:
        cursor.close()


def _started(connection: Connection, sql: str, values: Any) -> Any:
    cursor = _opened(connection, sql, values)
    try:
        cursor.execute(sql, values)
    except connection.dialect.loaded_dbapi.Error as error:
        cursor.close()
        raise _as_raised_by_sqlalchemy(connection, cursor, sql, error) from error
    return cursor


def _fetched(cursor: Any) -> tuple[list[Any], Any]:
    with closing(cursor):
        return cursor.fetchall(), cursor.description


def _opened(connection: Connection, sql: str, values: Any, *, many: bool = False) -> Any:
    pending = connection.info.get(_PENDING)
    driver: Any = connection.connection.dbapi_connection
    if pending is not None and not driver.pgconn.pipeline_status:
        # Only now: to end a pipeline without statements would be waited for, too.
        pending.enter_context(driver.pipeline())
    if not connection.in_transaction():
        connection.begin()
    cursor = connection.connection.cursor()
    for listener in connection.dispatch.before_cursor_execute:
        listener(connection, cursor, sql, values, None, many)
    return cursor


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
