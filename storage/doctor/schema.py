"""Whether the database is at the schema of this version."""

from __future__ import annotations

from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection

from bot.doctor.verdict import Finding, green, red, yellow
from bot.domain.errors import Misconfigured
from storage.doctor.probe import Probe
from storage.migrate import known, latest
from storage.schema_reach import check_reach


async def current(probe: Probe) -> Finding:
    """Compare revisions."""
    found, wanted = await probe.ask(_revision), latest()
    if found == wanted:
        return green(f"The schema is the one of this version ({found}).")
    if found is None:
        return yellow(
            "The database is empty.",
            "The next `placet serve` or `placet migrate` makes its tables.",
            stops=True,
        )
    if found in known():
        return yellow(
            f"The schema is {found}, and this version works with {wanted}.",
            "Run `placet migrate`, or restart `placet serve`, which does it by itself. Make a backup first.",
            stops=True,
        )
    return await _newer(probe, found)


async def _newer(probe: Probe, found: str) -> Finding:
    try:
        await probe.ask(lambda connection: check_reach(connection, found, known()))
    except Misconfigured as error:
        return red(error.sentence, "If there is none, restore the backup from before the upgrade.")
    return yellow(
        f"The schema is {found}, which a newer Placet widened; this version works on it.",
        "End the upgrade: install the newer version here too.",
    )


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()
