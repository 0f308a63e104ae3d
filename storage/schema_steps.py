"""Writing down which schema a database was brought to, by whom, and which programs still work on it."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib.metadata import version

from alembic.script import Script
from sqlalchemy import Connection, insert

from storage.schema_tables import SchemaRow
from storage.stamps import to_stamp


def record_step(connection: Connection, step: Script) -> None:
    """One migration that has just run."""
    row = {
        "revision": step.revision,
        "oldest_reader": step.module.oldest_reader,
        "applied_at": to_stamp(datetime.now(UTC)),
        "program": version("placet"),
    }
    connection.execute(insert(SchemaRow).values(row))
