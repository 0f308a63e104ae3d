"""Keeping the measures in step with the record: one process at a time, at its leisure."""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import Connection, delete, func, select, update

from bot.looking import look_every
from storage.audit_tables import LeaseRow
from storage.context import Batch
from storage.measure_cursor import FORMAT, is_anything_after, read_cursor
from storage.measure_rolling import REQUESTS, plan, write
from storage.measure_slices import SliceBook
from storage.measure_tables import (
    MeasureCursorRow,
    MeasureDayRow,
    MeasureRow,
    MeasureSliceRow,
    MeasureVoteRow,
    MeasureWeekRow,
)
from storage.stamps import to_stamp
from storage.store import SqlStore
from storage.terms_book import TermsBook
from storage.upsert import insert_new

#: how far the measures may be behind the seals
ROLL_EVERY = timedelta(seconds=2)
#: rests so many times as long as it worked, so that catching up leaves the machine to the requests: while
#: nobody waits for the writer, and while somebody does
REST, REST_WHEN_BUSY = 3, 20
#: for how long a process has the work to itself
LEASE = timedelta(seconds=30)

_NAME = "measurer"
_lease = LeaseRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it at class creation
_cursor = MeasureCursorRow.__table__  # type: ignore[attr-defined]  # likewise
_slice = MeasureSliceRow.__table__  # type: ignore[attr-defined]  # likewise
_IN_STRETCHES = (
    MeasureWeekRow.__table__.c.week,  # type: ignore[attr-defined]  # likewise
    MeasureDayRow.__table__.c.day,  # type: ignore[attr-defined]  # likewise
    MeasureVoteRow.__table__.c.week,  # type: ignore[attr-defined]  # likewise
    MeasureRow.__table__.c.week,  # type: ignore[attr-defined]  # likewise
)


_log = logging.getLogger(__name__)


class MeasureKeeper:
    """Steps of a loop; each says how long it may rest."""

    def __init__(
        self, store: SqlStore, requests: int = REQUESTS, timer: Callable[[], float] = time.monotonic
    ) -> None:
        """`requests` is how many are measured in one step at the most; `timer` counts seconds."""
        self._timer = timer
        self._store = store
        self._requests = requests
        self._holder = secrets.token_hex(8)
        self._leased_until = 0
        self._terms = TermsBook()
        self._slices = SliceBook()

    async def step(self) -> timedelta:
        """Measure what changed next."""
        if not await self._store.query(_is_behind) or not await self._is_ours():
            # Seals ring before.
            return look_every(self._store, ROLL_EVERY)
        began = self._timer()
        cursor = await self._store.query(read_cursor)
        if cursor.format < FORMAT:
            await self._store.write(_begin_anew)
            self._slices = SliceBook()
        else:
            await self._roll()
        rest = REST_WHEN_BUSY if self._store.depth else REST
        return rest * timedelta(seconds=self._timer() - began)

    async def _roll(self) -> None:
        try:
            planned = await self._store.query(
                lambda connection: plan(connection, self._terms, self._slices, self._requests)
            )
        except OverflowError:
            _log.exception("The sums of the measures lack what was measured; all are worked out anew.")
            await self._store.write(_distrust)
            return
        if planned is not None:
            await self._store.write(lambda connection, _: write(connection, planned))

    async def _is_ours(self) -> bool:
        """Whether this process does the work for now."""
        if to_stamp(self._store.clock() + LEASE / 2) < self._leased_until:
            return True
        self._leased_until = await self._store.write(self._take)
        return self._leased_until > 0

    def _take(self, connection: Connection, batch: Batch) -> int:
        insert_new(connection, _lease, [{"name": _NAME, "holder": "", "until": 0}])
        until = to_stamp(batch.now + LEASE)
        free = (_lease.c.holder == self._holder) | (_lease.c.until < batch.stamp)
        taken = update(_lease).where(_lease.c.name == _NAME, free)
        return until if connection.execute(taken.values(holder=self._holder, until=until)).rowcount else 0


def _is_behind(connection: Connection) -> bool:
    """Whether anything was sealed that is not counted yet, and can be counted by this version."""
    cursor = read_cursor(connection)
    return cursor.format <= FORMAT and (cursor.format < FORMAT or is_anything_after(connection, cursor))


def _distrust(connection: Connection, _: Batch) -> None:
    connection.execute(update(_cursor).values(format=FORMAT - 1))


def _begin_anew(connection: Connection, _: Batch) -> None:
    """Remove numbers that mean something else than this version's, a week at a time."""
    for column in _IN_STRETCHES:
        first = connection.execute(select(func.min(column))).scalar()
        if first is not None:
            connection.execute(delete(column.table).where(column == first))
            return
    connection.execute(delete(_slice))
    connection.execute(delete(_cursor))
