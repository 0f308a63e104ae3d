"""Databases at the schema for tests: each process migrates one of each kind, and every test gets a copy.

A copy costs a tenth of a migration. What is about migrating, and what runs
real processes, asks for empty ones.
"""

import sqlite3
import tempfile
from contextlib import suppress
from functools import cache
from pathlib import Path

from sqlalchemy import Connection, Engine, event

from storage.migrate import migrate


def sqlite_at_schema(path: Path) -> str:
    """Make a SQLite file at the schema; its URL."""
    path.write_bytes(_migrated())
    return f"sqlite:///{path}"


@cache
def _migrated() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "placet.db"
        migrate(f"sqlite:///{path}")
        return path.read_bytes()


def never_wait_for_the_disk() -> None:
    """Let commits of this process into SQLite return before they are on the disk.

    A power cut in the middle of a test is no concern of it, and what is written outlives a kill all the same.
    Processes that a test starts commit as in production.
    """
    event.listen(Engine, "engine_connect", _hurry)


def _hurry(connection: Connection) -> None:
    # Not as the driver connects: the product asks then for every commit to be on the disk.
    driver = connection.connection.driver_connection
    if isinstance(driver, sqlite3.Connection) and not connection.info.get("hurries"):
        connection.info["hurries"] = True
        with suppress(sqlite3.Error):  # a file that nobody can read is for the test to find
            driver.execute("PRAGMA synchronous=OFF")
