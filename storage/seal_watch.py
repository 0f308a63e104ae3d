"""Telling seals to the log and to a file beside the database, and noticing a database that forgot some."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import Connection

from storage.seal_file import SealFile, SealLine, newest, seals_from
from storage.store import SqlStore

_log = logging.getLogger(__name__)

#: seals at once
MOST = 500


class SealWatch:
    """Follows the seals of a database, whichever process makes them."""

    def __init__(self, store: SqlStore, path: Path | None = None) -> None:
        self._store = store
        self._file = SealFile(path) if path is not None else None
        #: the newest seal that was told; None before the first look, and where there is none
        self._told: SealLine | None = None
        self._has_looked = False
        #: seals up to here were there before this process, and are not logged again
        self._before = 0
        #: why the file could not be used the last time
        self._trouble = ""

    async def follow(self) -> int:
        """Tell of seals since the last time; how many. Trouble with the file is logged, never raised."""
        await self.begin()
        first = self._told.number if self._told is not None else 0
        found = await self._store.query(lambda connection: seals_from(connection, first, MOST))
        if self._told is not None:
            if not found or found[0].hash != self._told.hash:
                await self._forgotten(self._told)
                return 0
            found = found[1:]
        if found and await self._kept(found):
            self._told = found[-1]
            self._say(found)
        return len(found)

    def is_behind(self, connection: Connection) -> bool:
        """Whether the database's newest seal is another than the one that was told of."""
        there = newest(connection)
        return (there and there.hash) != (self._told and self._told.hash)

    async def begin(self) -> None:
        """Look, once, where the file ends, or where the database does."""
        if self._has_looked:
            return
        there = await self._store.query(newest)
        self._before = there.number if there is not None else 0
        self._told = there if self._file is None else await asyncio.to_thread(self._last, self._file)
        self._has_looked = True

    def _last(self, file: SealFile) -> SealLine | None:
        try:
            return file.last()
        except OSError:  # not there yet; whether it can be written is found when it is
            return None

    async def _forgotten(self, told: SealLine) -> None:
        """The database has not what it had: on record once, then what it makes from now on is told."""
        where = f" as {self._file.path} has it" if self._file is not None else ""
        _log.error(
            "The database no longer has seal %d%s: its newest events were taken away, or an older state was"
            " put in its place. `placet audit verify` says more.",
            told.number,
            where,
            extra={"hash": told.hash},
        )
        self._told = await self._store.query(newest)

    async def _kept(self, seals: Sequence[SealLine]) -> bool:
        if self._file is None:
            return True
        try:
            await asyncio.to_thread(self._file.append, seals)
        except OSError as error:
            self._lament(f"{self._file.path} cannot be written: {error.strerror or error}")
            return False
        self._trouble = ""
        return True

    def _lament(self, trouble: str) -> None:
        if trouble != self._trouble:
            _log.error("Seals are not kept beside the database: %s. What is missing is added later.", trouble)
        self._trouble = trouble

    def _say(self, seals: Sequence[SealLine]) -> None:
        for seal in seals:
            if seal.number > self._before:
                _log.info("Seal %d covers %d events.", seal.number, seal.leaves, extra={"hash": seal.hash})
