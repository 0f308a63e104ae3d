"""Reading one and the same moment through many statements."""

from __future__ import annotations

from sqlalchemy import Connection


def hold_still(connection: Connection) -> None:
    """Let every statement see what the first one saw, whatever a running server writes meanwhile.

    On SQLite every transaction does.
    """
    if connection.dialect.name == "postgresql" and not connection.in_transaction():
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
