"""What the database says the time is."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from bot.doctor.drift import judged
from bot.doctor.verdict import Colour, Finding, green, skipped
from bot.ports import Clock
from storage.doctor.probe import Probe


async def agrees(probe: Probe, clock: Clock) -> Finding:
    """Compare with a server's clock."""
    if probe.file is not None:
        return skipped("SQLite has the clock of this machine.")

    def read(connection: Connection) -> datetime:
        told: datetime = connection.exec_driver_sql("SELECT clock_timestamp()").scalar_one()
        return told

    begun_at = clock()
    there = await probe.ask(read)
    found = judged(begun_at + (clock() - begun_at) / 2 - there, "the database")
    return green("This clock and the database's agree.") if found.colour is Colour.GREEN else found
