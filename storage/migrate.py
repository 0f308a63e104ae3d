"""Bringing a database to the schema of this version, safe when several processes start at once."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from storage.engine import write_engine
from storage.schema_reach import check_reach
from storage.schema_steps import record_step

#: any number that no other program on the same database uses
_LOCK = 0x506C6163


def migrate(url: str) -> tuple[str | None, str]:
    """Run what is missing in one transaction that other processes wait for; revisions before and after.

    A newer schema is left as it is. Raises `Misconfigured` when this program cannot work on that one.
    """
    config = _config()
    engine = write_engine(url)
    try:
        with engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
            before = MigrationContext.configure(connection).get_current_revision()
            if before is not None and before not in known():
                check_reach(connection, before, known())
                return before, before
            config.attributes["connection"] = connection
            if before != latest():
                command.upgrade(config, "head")
                _record(connection, after=before)
        return before, latest()
    finally:
        engine.dispose()


def latest() -> str:
    """The revision that this version of Placet needs."""
    return ScriptDirectory.from_config(_config()).get_current_head() or ""


def known() -> frozenset[str]:
    """Every revision that this version of Placet has heard of."""
    return frozenset(each.revision for each in ScriptDirectory.from_config(_config()).walk_revisions())


def _record(connection: Connection, *, after: str | None) -> None:
    for step in ScriptDirectory.from_config(_config()).iterate_revisions("head", after or "base"):
        if step.down_revision is not None:
            record_step(connection, step)


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    return config
