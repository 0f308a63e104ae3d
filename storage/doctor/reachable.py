"""Whether there is a database, and whether it answers."""

from __future__ import annotations

import os

from sqlalchemy import Connection, inspect

from bot.doctor.verdict import Finding, green, red, yellow
from storage.doctor.probe import DatabaseFault, Probe

_MEGABYTE = 1_000_000


async def reachable(probe: Probe) -> Finding:
    """Ask which tables there are."""
    if probe.file is not None and not probe.file.exists():
        return yellow(
            f"There is no database {probe.file} yet.",
            "The first `placet serve` makes it. If there should be one, run this in the directory of the"
            " installation, or correct PLACET_DATABASE_URL.",
            stops=True,
        )
    try:
        await probe.ask(_read)
    except DatabaseFault as error:
        return _away(probe, error)
    return green(f"The database answers{_size(probe)}.")


def _read(connection: Connection) -> None:
    # SQLite opens a file without looking into it; this makes it look.
    inspect(connection).get_table_names()


def _size(probe: Probe) -> str:
    return f": {probe.file}, {probe.file.stat().st_size / _MEGABYTE:.1f} MB" if probe.file else ""


def _away(probe: Probe, error: DatabaseFault) -> Finding:
    if probe.file is None:
        return red(
            f"PostgreSQL cannot be used: {error.sentence}.",
            "Start it, or correct host, name, user or password in PLACET_DATABASE_URL.",
        )
    if "not a database" in error.sentence or "malformed" in error.sentence:
        return red(
            f"{probe.file} is no intact SQLite database: {error.sentence}.",
            "Stop Placet, keep the file for later, and put the last backup in its place.",
        )
    if not os.access(probe.file, os.R_OK | os.W_OK):
        return red(
            f"{probe.file} may not be read and written by this user.",
            f"Give the file and its folder to the user that runs Placet: `chown USER {probe.file}`.",
        )
    return red(f"{probe.file} cannot be used: {error.sentence}.", "Look at the file and its folder.")
