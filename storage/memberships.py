"""What platforms said of groups, for all processes of one database."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, and_, or_, select, update

from bot.domain.memberships import FRESH, Membership
from bot.domain.transition import Answer
from storage import codec, current_facts
from storage.among import among
from storage.context import Batch
from storage.fact_tables import MembershipRow
from storage.held_presses import DecideHeld, waited_for
from storage.membership_rows import KIND
from storage.stamps import from_stamp, to_stamp
from storage.store import SqlStore
from storage.upsert import insert_new

#: a group that was just read is not read again before this, however often it changes
SHORTEST = timedelta(seconds=1)

_group = MembershipRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it at class creation


class Memberships:
    """`bot.groups.GroupBook` in the database."""

    def __init__(self, store: SqlStore) -> None:
        self._store = store

    async def claim(
        self, sources: Collection[str], *, urgent: Collection[str], limit: int, lease: timedelta
    ) -> Sequence[str]:
        """Lease sources that are to be read, the urgent ones first, so that one process reads each."""
        now = to_stamp(self._store.clock())
        # Mostly nothing is due, and then nothing is written either.
        if not await self._store.query(
            lambda c: _missing(c, sources) or _due(c, sources, urgent, now, limit)
        ):
            return ()

        def run(connection: Connection, batch: Batch) -> Sequence[str]:
            new = [_unread(source, batch.stamp) for source in sorted(_missing(connection, sources))]
            if new:
                insert_new(connection, _group, new)
            due = _due(connection, sources, urgent, batch.stamp, limit, lock=True)
            until = batch.stamp + lease // timedelta(microseconds=1)
            leased = update(_group).where(among(connection, _group.c.source, due))
            connection.execute(leased.values(leased_until=until, due_at=batch.stamp))
            return due

        return await self._store.write(run)

    async def next_at(self, sources: Collection[str]) -> datetime | None:
        """When the first of these is to be read, as things stand; None when one is now."""
        now = to_stamp(self._store.clock())
        known = await self._store.query(lambda connection: _turns(connection, sources))
        next_at = min(known.values(), default=0)
        return from_stamp(next_at) if known.keys() == set(sources) and next_at > now else None

    async def keep(self, membership: Membership, *, next_at: datetime) -> None:
        """What was read, and when to read it again; not what changed again since the reading began."""
        values = {
            "accounts": codec.to_text(membership.accounts),
            "fetched_at": to_stamp(membership.fetched_at),
            "fault": membership.fault,
            "due_at": to_stamp(next_at),
            "rests_until": to_stamp(membership.fetched_at + SHORTEST),
            "leased_until": 0,
        }

        def run(connection: Connection, _: Batch) -> None:
            row = update(_group).where(_group.c.source == membership.group)
            # Leasing it made it due, so what is due since was distrusted.
            holds = row.where(_group.c.due_at <= to_stamp(membership.fetched_at))
            if not connection.execute(holds.values(values)).rowcount:
                connection.execute(row.values(leased_until=0))
            current_facts.move_on(connection, KIND)

        await self._store.write(run)

    async def put_off(self, source: str, *, until: datetime) -> None:
        """It could not be read; what is known of it grows old."""
        values = {"rests_until": to_stamp(until), "leased_until": 0}

        def run(connection: Connection, _: Batch) -> None:
            connection.execute(update(_group).where(_group.c.source == source).values(values))

        await self._store.write(run)

    async def distrust(self, sources: Collection[str]) -> None:
        """Something changed in these groups: no decision relies on them until they are read again."""

        def run(connection: Connection, batch: Batch) -> None:
            old = to_stamp(batch.now - FRESH) - 1
            here = among(connection, _group.c.source, sources)
            if not connection.execute(update(_group).where(here).values(due_at=batch.stamp)).rowcount:
                return
            connection.execute(update(_group).where(here, _group.c.fetched_at > old).values(fetched_at=old))
            current_facts.move_on(connection, KIND)

        await self._store.write(run)

    async def waited_for(self) -> Collection[str] | None:
        """The sources that presses wait for, None when no press waits."""
        return await self._store.query(waited_for)

    async def decide(self, *, patience: timedelta, limit: int) -> Sequence[Answer]:
        """Fold presses that waited, as far as their groups are known by now, or they waited too long."""
        return await self._store.decide_held(DecideHeld(patience=patience, limit=limit))


def _unread(source: str, now: int) -> dict[str, object]:
    at = {"fetched_at": 0, "due_at": now, "rests_until": 0, "leased_until": 0}
    return {"source": source, "accounts": "[]", "fault": "", **at}


def _turns(connection: Connection, sources: Collection[str]) -> dict[str, int]:
    """When each source that is known may be read next."""
    moments = (_group.c.due_at, _group.c.rests_until, _group.c.leased_until)
    found = connection.execute(
        select(_group.c.source, *moments).where(among(connection, _group.c.source, sources))
    )
    return {source: max(stamps) for source, *stamps in found}


def _missing(connection: Connection, sources: Collection[str]) -> set[str]:
    known = connection.execute(select(_group.c.source).where(among(connection, _group.c.source, sources)))
    return set(sources) - set(known.scalars())


def _due(
    connection: Connection,
    sources: Collection[str],
    urgent: Collection[str],
    now: int,
    limit: int,
    *,
    lock: bool = False,
) -> Sequence[str]:
    is_waited_for = and_(among(connection, _group.c.source, urgent), _is_old(now))
    query = (
        select(_group.c.source)
        .where(
            among(connection, _group.c.source, sources),
            _group.c.rests_until <= now,
            _group.c.leased_until <= now,
            or_(_group.c.due_at <= now, is_waited_for),
        )
        .order_by(is_waited_for.desc(), _group.c.due_at, _group.c.source)
        .limit(limit)
    )
    return connection.execute(query.with_for_update(skip_locked=True) if lock else query).scalars().all()


def _is_old(now: int) -> ColumnElement[bool]:
    before: ColumnElement[int] = _group.c.fetched_at
    return before < now - FRESH // timedelta(microseconds=1)
