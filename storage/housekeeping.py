"""What the store does by itself: sealing the audit, measuring, and removing what is past its time."""

from __future__ import annotations

from datetime import timedelta

from storage.history_pruning import fold_days
from storage.measure_keeping import MeasureKeeper
from storage.pruning import AT_ONCE, prune
from storage.sealing import LEAVES, Sign, seal
from storage.store import SqlStore

#: how far the seals may be behind the events
SEAL_EVERY = timedelta(seconds=1)
PRUNE_EVERY = timedelta(hours=1)


class Housekeeping:
    """Steps for loops; each says how long it may rest."""

    def __init__(self, store: SqlStore, sign: Sign) -> None:
        self._store = store
        self._sign = sign
        self._measures = MeasureKeeper(store)

    async def seal(self) -> timedelta:
        """Put unsealed audit events under a seal."""
        sealed = await self._store.write(lambda connection, batch: seal(connection, batch, self._sign))
        return timedelta(0) if sealed >= LEAVES else SEAL_EVERY

    async def measure(self) -> timedelta:
        """Add what was sealed to the measures."""
        return await self._measures.step()

    async def prune(self) -> timedelta:
        """Remove what is past its time."""
        removed = await self._store.write(prune)
        folded = await self._store.write(lambda connection, batch: fold_days(connection, batch, AT_ONCE))
        # A day is folded at a time, and there may be another.
        return timedelta(0) if removed >= AT_ONCE or folded else PRUNE_EVERY
