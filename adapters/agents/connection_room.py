"""How many connections there may be at once: never so many that no file is left for anything else.

Where none is left, asyncio goes on trying to accept, with a traceback in the log each time, and neither the
database nor a callback can be opened. So whoever does nothing gives way to whoever comes.
"""

from __future__ import annotations

import resource
from contextlib import suppress
from typing import Protocol

#: files that are asked for, where the system allows more than it gives by itself; what systemd's unit has
WANTED = 65_536
#: as much of them is left for the database, callbacks and chats, and for what is accepted in one go
_KEPT = 8


class Guest(Protocol):
    """A connection, as far as making room goes."""

    @property
    def is_idle(self) -> bool:
        """Whether nothing is asked on it right now."""

    def force_close(self) -> None:
        """Hang up at once."""


class ConnectionRoom:
    """Every open connection, the oldest first, and no more than `most`."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._open: dict[Guest, None] = {}

    def admit(self, guest: Guest) -> bool:
        """Take one in, in the place of the oldest that is idle when there are too many; false without any."""
        if len(self._open) >= self._most:
            idle = next((each for each in self._open if each.is_idle), None)
            if idle is None:
                return False
            self.leave(idle)
            idle.force_close()
        self._open[guest] = None
        return True

    def leave(self, guest: Guest) -> None:
        """One is over."""
        self._open.pop(guest, None)


def most_connections() -> int:
    """How many connections this process can have beside its other files."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    files = WANTED if soft == resource.RLIM_INFINITY else soft
    return max(1, files - files // _KEPT)


def ask_for_files() -> None:
    """Have as many files as are `WANTED`, or as the system allows; many shells begin with 1024."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = wanted_files(soft, hard)
    if wanted != soft:
        # Some systems allow less than they say.
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def wanted_files(soft: int, hard: int) -> int:
    """What to ask for where a process has `soft` files and may have `hard`; never fewer than it has."""
    if soft == resource.RLIM_INFINITY:
        return soft
    return max(soft, WANTED if hard == resource.RLIM_INFINITY else min(hard, WANTED))
