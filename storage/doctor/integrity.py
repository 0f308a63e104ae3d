"""Whether a SQLite file is intact inside."""

from __future__ import annotations

from sqlalchemy import Connection

from bot.doctor.verdict import Finding, green, red, skipped
from storage.doctor.probe import DatabaseFault, Probe

#: bytes; reading a larger file takes longer than anybody waits for
MOST = 300_000_000


async def intact(probe: Probe) -> Finding:
    """Let SQLite read all of it."""
    file = probe.file
    if file is None:
        return skipped("PostgreSQL looks after its own files.")
    if file.stat().st_size > MOST:
        return skipped(
            f"{file.name} is too large to be read in passing.",
            "Run `sqlite3 FILE 'PRAGMA quick_check'` on a backup now and then.",
        )
    try:
        told = await probe.ask(_told)
    except DatabaseFault as error:
        told = error.sentence
    if told == "ok":
        return green("Every page of the file is intact.")
    return red(
        f"{file.name} is damaged: {' '.join(told.split())[:200]}.",
        "Stop Placet, keep the file for later, and put the last backup in its place.",
    )


def _told(connection: Connection) -> str:
    return str(connection.exec_driver_sql("PRAGMA quick_check(1)").scalar_one())
