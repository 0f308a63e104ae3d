"""Whether the database keeps what it says it keeps: its version, and how it commits."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from sqlalchemy import Connection

from bot.doctor.verdict import Finding, green, red, yellow
from storage.doctor.probe import Probe

#: the oldest release of PostgreSQL that its makers still repair (postgresql.org/support/versioning)
OLDEST_REPAIRED = 14
#: SQLite learned RETURNING
OLDEST_SQLITE = (3, 35, 0)
_SETTINGS = ("fsync", "synchronous_commit", "full_page_writes")


async def keeps(probe: Probe) -> Finding | Sequence[Finding]:
    """Ask for version and settings."""
    if probe.file is not None:
        return await _sqlite(probe)
    version, isolation, given, replica = await probe.ask(_postgres)
    doubts = [_doubt(name, value) for name, value in given.items() if value == "off"]
    if replica:
        doubts.insert(0, red("This server is a replica.", "Name the primary in PLACET_DATABASE_URL."))
    if int(version.split(".")[0].split()[0]) < OLDEST_REPAIRED:
        doubts.append(
            yellow(f"PostgreSQL {version} is not repaired any more.", "Upgrade the server when you can.")
        )
    return doubts or [green(f"PostgreSQL {version.split()[0]}, {isolation}, every commit on disk.")]


async def _sqlite(probe: Probe) -> Finding:
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        return red(
            f"SQLite {sqlite3.sqlite_version} is too old.", "Install a Python that has SQLite 3.35 or newer."
        )
    mode = await probe.ask(lambda connection: connection.exec_driver_sql("PRAGMA journal_mode").scalar_one())
    if mode != "wal":
        return green(
            f"SQLite {sqlite3.sqlite_version}; the next start of Placet turns its write-ahead log on again."
        )
    return green(f"SQLite {sqlite3.sqlite_version} with a write-ahead log, every commit on disk.")


def _postgres(connection: Connection) -> tuple[str, str, dict[str, str], bool]:
    def show(name: str) -> str:
        return str(connection.exec_driver_sql(f"SHOW {name}").scalar_one())

    replica = bool(connection.exec_driver_sql("SELECT pg_is_in_recovery()").scalar_one())
    return show("server_version"), show("transaction_isolation"), {n: show(n) for n in _SETTINGS}, replica


def _doubt(name: str, value: str) -> Finding:
    return yellow(
        f"{name} is {value}, so decisions that were acknowledged can be lost when the server crashes.",
        f"Set {name} to on, in postgresql.conf or with ALTER DATABASE or ALTER ROLE.",
    )
