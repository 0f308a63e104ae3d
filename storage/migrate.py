"""Bringing a database to the schema of this version, safe when several processes start at once.

On PostgreSQL other processes work on meanwhile. A change of a table waits for whoever reads it, and everybody
who comes after it waits behind the change; so it gives up soon, lets them go on, and tries again.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import OperationalError

from bot.domain.errors import Busy
from storage.engine import write_engine
from storage.schema_reach import check_reach
from storage.schema_steps import record_step

#: any number that no other program on the same database uses
_LOCK = 0x506C6163

#: how long one try keeps others waiting, and how long they are left alone then (seconds)
_WAITS, _RESTS = 2, 2
_TRIES = 30

#: lock_not_available and deadlock_detected (postgresql.org/docs/current/errcodes-appendix.html)
_IN_THE_WAY = ("55P03", "40P01")


def migrate(url: str, *, sleep: Callable[[float], None] = time.sleep) -> tuple[str | None, str]:
    """Run what is missing in one transaction that other processes wait for; revisions before and after.

    A newer schema is left as it is. Raises `Misconfigured` when this program cannot work on that one, and
    `Busy` when others hold on to the tables for minutes.
    """
    engine = write_engine(url)
    try:
        for _ in range(_TRIES):
            try:
                return _tried(engine)
            except OperationalError as error:
                if getattr(error.orig, "sqlstate", None) not in _IN_THE_WAY:
                    raise
            sleep(_RESTS)
    finally:
        engine.dispose()
    raise Busy(
        f"The database could not be brought to schema {latest()}, because somebody keeps its tables in use."
        " See who in pg_stat_activity, wait for that or end it, and start again. Nothing was changed."
    )


def latest() -> str:
    """The revision that this version of Placet needs."""
    return _scripts().get_current_head() or ""


@cache
def known() -> frozenset[str]:
    """Every revision that this version of Placet has heard of."""
    return frozenset(each.revision for each in _scripts().walk_revisions())


def check_schema(connection: Connection) -> None:
    """Raise Misconfigured when a newer program took away from the schema what this one needs."""
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
    check_reach(connection, found, known())


def _tried(engine: Engine) -> tuple[str | None, str]:
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
            connection.execute(text(f"SET LOCAL lock_timeout = '{_WAITS}s'"))
        before = MigrationContext.configure(connection).get_current_revision()
        if before is not None and before not in known():
            check_reach(connection, before, known())
            return before, before
        if before != latest():
            _upgrade(connection, before)
    return before, latest()


def _upgrade(connection: Connection, before: str | None) -> None:
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    for step in _scripts().iterate_revisions("head", before or "base"):
        if step.down_revision is not None:
            record_step(connection, step)


@cache
def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    return config
