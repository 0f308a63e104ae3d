"""How much room the disk of a SQLite file has left."""

from __future__ import annotations

import shutil
from pathlib import Path

from bot.doctor.threads import in_thread
from bot.doctor.verdict import Finding, green, red, skipped, yellow
from storage.doctor.probe import Probe

#: bytes; below the first nothing should be waited for, below the second somebody should look
SCARCE, LITTLE = 100_000_000, 1_000_000_000
#: bytes; a write-ahead log so large is not cut any more, because somebody reads for hours
LONG_LOG = 500_000_000
_MAKE_ROOM = "Make room on that disk, or move the database with Placet stopped."


async def room(probe: Probe) -> Finding:
    """Ask the file system."""
    file = probe.file
    if file is None:
        return skipped("The disk is the database server's, and is watched there.")
    free = await in_thread(lambda: shutil.disk_usage(file.absolute().parent).free)
    told = f"{_size(free)} are free on the disk of {file.name}"
    if free < SCARCE:
        return red(f"Only {told}.", _MAKE_ROOM)
    if free < LITTLE:
        return yellow(f"Only {told}.", _MAKE_ROOM)
    log = _log(file)
    if log > LONG_LOG:
        return yellow(
            f"The write-ahead log of {file.name} has grown to {_size(log)}.",
            "Some program has been reading the database for a long time; end it, and the log shrinks again.",
        )
    return green(f"{told}.")


def _log(file: Path) -> int:
    log = file.with_name(f"{file.name}-wal")
    return log.stat().st_size if log.exists() else 0


def _size(count: int) -> str:
    return f"{count / 1e9:.1f} GB" if count >= 1e9 else f"{count / 1e6:.0f} MB"
