"""Winding back: when the clock was set back, what waits for a moment waits for an earlier one.

Leases, retries and rests are distances in time that are stored as moments, so they move with the clock. What
people and agents were told as a moment (deadlines, escalations, reminders) stays the moment they were told.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Table, case, select, update

from bot.domain.memberships import FRESH
from storage import current_facts
from storage.audit_tables import SealRow
from storage.batch_tables import BatchCardRow
from storage.context import Batch
from storage.fact_tables import MembershipRow
from storage.membership_rows import KIND
from storage.stamps import from_stamp, to_stamp
from storage.tables import CardRow, OutboxRow

_card = CardRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it at class creation
_outbox = OutboxRow.__table__  # type: ignore[attr-defined]  # likewise
_batch = BatchCardRow.__table__  # type: ignore[attr-defined]  # likewise
_group = MembershipRow.__table__  # type: ignore[attr-defined]  # likewise
_seal = SealRow.__table__  # type: ignore[attr-defined]  # likewise

#: clocks of several machines may differ by as much without anybody having set one
TOLERATED = timedelta(minutes=1)


def wind_back(connection: Connection, batch: Batch, by: timedelta) -> int:
    """Move what waits as far back as the clock was set, now at the earliest; how many jobs.

    Done twice, by two processes on one machine, it makes a retry come early and nothing else. Who is in a
    group is asked anew, because nobody can tell how old such news is.
    """
    moved = 0
    for table in (_card, _outbox):
        moved += _moved(connection, table, table.c.due_at, batch, by)
        # What is leased is due when its lease ends, and is found among what is due by an index.
        _moved(connection, table, table.c.leased_until, batch, by, table.c.due_at.is_not(None))
    _moved(connection, _batch, _batch.c.rests_until, batch, by)
    _distrust(connection, batch)
    batch.has_effects |= moved > 0
    return moved


def set_back_by(connection: Connection, batch: Batch) -> timedelta:
    """How far the clock is behind what this database saw last; nothing when it is not."""
    # The newest one: an older one may be of a day on which the clock was ahead for a while.
    last = connection.execute(select(_seal.c.at).order_by(_seal.c.number.desc()).limit(1)).scalar()
    behind = timedelta(0) if last is None else from_stamp(last) - batch.now
    return behind if behind > TOLERATED else timedelta(0)


def _moved(
    connection: Connection,
    table: Table,
    column: Column[Any],
    batch: Batch,
    by: timedelta,
    *those: ColumnElement[bool],
) -> int:
    earlier: ColumnElement[int] = column - by // timedelta(microseconds=1)
    at = case((earlier > batch.stamp, earlier), else_=batch.stamp)
    waits = update(table).where(column > batch.stamp, *those)
    return connection.execute(waits.values({column: at})).rowcount


def _distrust(connection: Connection, batch: Batch) -> None:
    old = to_stamp(batch.now - FRESH) - 1
    ahead = update(_group).where(_group.c.fetched_at > batch.stamp)
    connection.execute(ahead.values(fetched_at=old))
    for column in (_group.c.due_at, _group.c.rests_until, _group.c.leased_until):
        connection.execute(update(_group).where(column > batch.stamp).values({column: batch.stamp}))
    current_facts.move_on(connection, KIND)
