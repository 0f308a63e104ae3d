"""Freezing: a callback's body is stored before its first attempt, and the one that was stored first holds."""

from __future__ import annotations

from sqlalchemy import Connection, Dialect, Text, func, update
from sqlalchemy.sql.base import Executable

from storage.prepared import Prepared, given
from storage.tables import OutboxRow

_outbox = OutboxRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it at class creation


def _freezing(_: Dialect) -> Executable:
    first = func.coalesce(_outbox.c.body, given("body", Text()))
    frozen = update(_outbox).where(_outbox.c.id == given("id", Text())).values(body=first)
    return frozen.returning(_outbox.c.body)


_freeze = Prepared(_freezing)


def freeze(connection: Connection, job_id: str, body: bytes) -> bytes:
    """Store a body unless there is one; returns the one that was stored first."""
    stored: str = _freeze.run(connection, id=job_id, body=body.decode()).scalar_one()
    return stored.encode()
