"""A connection for looking at a database as it is: no file is made, no pragma is changed, nothing stays."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from bot.doctor.threads import in_thread
from bot.domain.errors import PlacetError
from storage.engine import is_sqlite, normalized

T = TypeVar("T")

#: seconds that one statement may take, or wait for another process
PATIENCE = 5
NAME = "placet doctor"


class DatabaseFault(PlacetError):
    """The database did not do what it was asked."""

    code = "database_fault"


class Probe:
    """One database; each question has a connection of its own."""

    def __init__(self, url: str) -> None:
        self._engine = _sqlite(url) if is_sqlite(url) else _postgres(url)
        #: the file, None where a server has it
        self.file = Path(str(make_url(normalized(url)).database)) if is_sqlite(url) else None

    async def ask(self, run: Callable[[Connection], T]) -> T:
        """What it returns; raises `DatabaseFault`. Whatever it wrote is taken back."""
        return await in_thread(lambda: self._asked(run))

    def _asked(self, run: Callable[[Connection], T]) -> T:
        with faults_told(), self._engine.connect() as connection:
            if self.file is None:
                connection.exec_driver_sql(f"SET LOCAL statement_timeout = '{PATIENCE}s'")
                connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{PATIENCE}s'")
            try:
                return run(connection)
            finally:
                connection.rollback()


@contextmanager
def faults_told() -> Iterator[None]:
    """Raise `DatabaseFault` with the driver's first line; drivers tell no passwords."""
    try:
        yield
    except DBAPIError as error:
        raise DatabaseFault(_first_line(error.orig or error)) from error


def _first_line(cause: BaseException) -> str:
    lines = (line.strip().rstrip(".") for line in str(cause).splitlines())
    return next((line for line in lines if line), type(cause).__name__)


def _sqlite(url: str) -> Engine:
    path = str(make_url(normalized(url)).database)

    def connect() -> sqlite3.Connection:
        # `rw` makes no file where there is none.
        address = f"file:{quote(str(Path(path).absolute()))}?mode=rw"
        return sqlite3.connect(
            address, uri=True, timeout=PATIENCE, isolation_level=None, check_same_thread=False
        )

    engine = create_engine("sqlite://", creator=connect, poolclass=NullPool)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN")

    return engine


def _postgres(url: str) -> Engine:
    return create_engine(
        normalized(url),
        poolclass=NullPool,
        isolation_level="READ COMMITTED",
        connect_args={"connect_timeout": PATIENCE, "application_name": NAME},
    )
