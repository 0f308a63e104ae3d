"""What the store does by itself: sealing the audit, measuring, and removing what is past its time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Connection

from bot.domain.retention import Retention
from bot.looking import look_every
from storage.history_pruning import fold_days
from storage.measure_keeping import MeasureKeeper
from storage.pruning import AT_ONCE, prune
from storage.retaining import AT_ONCE as ERASED_AT_ONCE
from storage.retaining import retain
from storage.seal_watch import MOST, SealWatch
from storage.sealing import LEAVES, Sign, is_anything_unsealed, seal
from storage.store import SqlStore
from storage.winding import wind_back

#: how far the seals may be behind the events
SEAL_EVERY = timedelta(seconds=1)
PRUNE_EVERY = timedelta(hours=1)
RETAIN_EVERY = timedelta(hours=1)
#: between two batches: the redraws that follow are paced by the platforms, and decisions come first
RETAIN_AGAIN = timedelta(seconds=15)


class Housekeeping:
    """Steps for loops; each says how long it may rest."""

    def __init__(
        self,
        store: SqlStore,
        sign: Sign,
        retention: Callable[[], Retention] = Retention,
        seal_file: Path | None = None,
    ) -> None:
        """`retention` is what the policy says now; seals are kept in the file beside the database, too."""
        self._store = store
        self._sign = sign
        self._measures = MeasureKeeper(store)
        self._retention = retention
        self._watch = SealWatch(store, seal_file)

    async def seal(self) -> timedelta:
        """Put unsealed audit events under a seal, and tell of seals outside the database."""
        await self._watch.begin()
        if not await self._store.query(self._is_behind):
            # Commits ring before.
            return look_every(self._store, SEAL_EVERY)
        sealed = await self._store.write(lambda connection, batch: seal(connection, batch, self._sign))
        told = await self._watch.follow()
        return timedelta(0) if sealed >= LEAVES or told >= MOST - 1 else SEAL_EVERY

    def _is_behind(self, connection: Connection) -> bool:
        return is_anything_unsealed(connection) or self._watch.is_behind(connection)

    async def measure(self) -> timedelta:
        """Add what was sealed to the measures."""
        return await self._measures.step()

    async def prune(self) -> timedelta:
        """Remove what is past its time."""
        removed = await self._store.write(prune)
        folded = await self._store.write(lambda connection, batch: fold_days(connection, batch, AT_ONCE))
        # A day is folded at a time, and there may be another.
        return timedelta(0) if removed >= AT_ONCE or folded else PRUNE_EVERY

    async def wind_back(self, by: timedelta) -> int:
        """The clock was set back; how many jobs wait for an earlier moment now."""
        return await self._store.write(lambda connection, batch: wind_back(connection, batch, by))

    async def retain(self) -> timedelta:
        """Erase what is kept no longer."""
        retention = self._retention()
        if retention.is_for_ever:
            return RETAIN_EVERY
        erased = await self._store.write(lambda connection, batch: retain(connection, batch, retention))
        return RETAIN_AGAIN if erased >= ERASED_AT_ONCE else RETAIN_EVERY
