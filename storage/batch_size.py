"""How many commands go into one transaction: as many as wait, but near a timer no more than take a moment."""

from __future__ import annotations

#: commands in one transaction at the most
BATCH = 128
#: … and at the least, if as many wait: a transaction of a few costs each of them more
LEAST = 16
#: a transaction is to be over when the next timer is due, or after as long (seconds)
MOMENT = 0.015
#: how much of what was measured is left after the next transaction
_KEPT = 0.8


class BatchSize:
    """Goes by how long the latest transactions took."""

    def __init__(self) -> None:
        self._commands = 0.0
        self._seconds = 0.0

    def took(self, commands: int, seconds: float) -> None:
        """A transaction of so many commands took so long, with its COMMIT."""
        self._commands = self._commands * _KEPT + commands
        self._seconds = self._seconds * _KEPT + seconds

    def most(self, due_in: float | None) -> int:
        """How many commands the next one takes when a timer is due in so many seconds; None when none is."""
        if due_in is None or not self._seconds:
            return BATCH
        in_time = max(due_in, MOMENT) * self._commands / self._seconds
        return round(min(BATCH, max(LEAST, in_time)))
