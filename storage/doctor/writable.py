"""Whether a write would be taken: one is made, and taken back."""

from __future__ import annotations

import secrets

from sqlalchemy import Connection, Table, insert, inspect

from bot.doctor.verdict import Finding, green, red
from storage.audit_tables import LeaseRow
from storage.doctor.probe import DatabaseFault, Probe

_lease: Table = LeaseRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it at class creation


async def writable(probe: Probe) -> Finding:
    """Write a row that nobody will ever see."""
    try:
        await probe.ask(_write)
    except DatabaseFault as error:
        return _refused(probe, error)
    return green("A write was taken, and taken back.")


def _write(connection: Connection) -> None:
    if not inspect(connection).has_table(_lease.name):
        # Not migrated yet: whether a table can be made is what matters then.
        connection.exec_driver_sql("CREATE TABLE placet_doctor (x INTEGER)")
        return
    name = f"doctor-{secrets.token_hex(8)}"
    connection.execute(insert(_lease).values(name=name, holder="", until=0))


def _refused(probe: Probe, error: DatabaseFault) -> Finding:
    told = error.sentence
    if "locked" in told or "lock timeout" in told or "statement timeout" in told:
        return red(
            f"Nothing could be written within seconds, because another process holds the database: {told}.",
            "End the program that has it open for writing, such as a shell with an open transaction.",
        )
    if "full" in told or "No space" in told:
        return red(f"Nothing can be written: {told}.", "Make room on the disk of the database.")
    if probe.file is not None:
        return red(
            f"Nothing can be written to {probe.file}: {told}.",
            "Let the user that runs Placet write to the file and to its folder, and mount the disk writable.",
        )
    return red(
        f"Nothing can be written: {told}.",
        "Name the primary server in PLACET_DATABASE_URL, not a replica, and let its user write.",
    )
