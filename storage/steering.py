"""What is set by mention: changed under a lock, on the audit record, every version kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, select, update

from bot.domain import ids
from bot.domain.events import BY_RULE
from bot.domain.moves import Facts
from bot.domain.request import ApprovalRequest
from bot.domain.steering import Entry, MadeRoute, Steering
from bot.jobs import Stored
from bot.steering import Change, Changed, Kind, Outcome, Preview
from storage import codec, current_facts, steering_rows
from storage.context import Batch
from storage.fact_tables import FactVersionRow
from storage.news import tell
from storage.stamps import from_stamp, to_stamp
from storage.steering_events import event_of, subject_of
from storage.steering_following import follow
from storage.steering_tables import SteeringChangeRow, SteeringEntryRow, SteeringPreviewRow
from storage.store import SqlStore
from storage.subject_chain import record
from storage.upsert import insert_new

_version = FactVersionRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it at class creation
_entry = SteeringEntryRow.__table__  # type: ignore[attr-defined]  # likewise
_change = SteeringChangeRow.__table__  # type: ignore[attr-defined]  # likewise
_preview = SteeringPreviewRow.__table__  # type: ignore[attr-defined]  # likewise


class SteeringKeeper:
    """`bot.steering.SteeringStore` in the database."""

    def __init__(self, store: SqlStore) -> None:
        self._store = store

    async def current(self) -> Steering:
        """What holds now, as the database has it."""
        await self._store.learn()
        return self._store.directory().steering

    async def change(self, change: Change) -> Outcome:
        """Make a change, once per id, on the audit record, if the person may; with what follows from it."""
        return await self._store.write(lambda connection, batch: _make(connection, batch, change))

    async def get(self, change_id: str) -> Changed | None:
        """A change by its id."""
        return await self._store.query(lambda connection: _get(connection, change_id))

    async def last_by(self, person: str) -> Changed | None:
        """The last change of a person that is no undoing and was not undone."""
        said = (_change.c.undoes.is_(None), _change.c.undone_by.is_(None), _change.c.kind != Kind.STANDING)
        query = select(_change).where(_change.c.person == person, *said)
        last = query.order_by(_change.c.version.desc()).limit(1)
        row = await self._store.query(lambda connection: connection.execute(last).first())
        return _changed(row) if row is not None else None

    async def offer(self, preview: Preview) -> None:
        """Keep a preview; the same one again is kept once."""
        row = {
            "id": preview.id,
            "person": preview.person,
            "channel": preview.channel,
            "command": preview.command,
            "zone": preview.zone,
            "labels": codec.to_text(preview.labels),
            "made_at": to_stamp(preview.made_at),
        }
        await self._store.write(lambda connection, _: insert_new(connection, _preview, [row]))

    async def offered(self, preview_id: str) -> Preview | None:
        """A preview by its id."""
        query = select(_preview).where(_preview.c.id == preview_id)
        row = await self._store.query(lambda connection: connection.execute(query).first())
        return _previewed(row) if row is not None else None

    async def last_offered(self, person: str, channel: str | None) -> Preview | None:
        """The last preview that a person was given in a channel; in any, without one."""
        # What stands under no channel is a note of what a `yes` meant.
        there = _preview.c.channel == channel if channel is not None else _preview.c.channel != ""
        mine = select(_preview).where(_preview.c.person == person, there)
        last = mine.order_by(_preview.c.made_at.desc(), _preview.c.id.desc()).limit(1)
        row = await self._store.query(lambda connection: connection.execute(last).first())
        return _previewed(row) if row is not None else None

    async def since(self, moment: datetime, limit: int) -> Sequence[Stored]:
        """Requests that came after a moment, newest first."""
        # Ids grow with the time at which requests come.
        first = ids.first_at(ids.REQUEST, moment.timestamp())
        return [each for each in await self._store.listing(limit=limit) if each.request.id >= first]

    async def ended_since(self, moment: datetime, limit: int) -> Sequence[ApprovalRequest]:
        """Requests that ended after a moment, latest first."""
        return await self._store.ended_since(moment, limit=limit)


def _make(connection: Connection, batch: Batch, change: Change) -> Outcome:
    version = _lock(connection) + 1
    made = _get(connection, change.id)
    if made is not None:
        return Outcome(code="made", changed=made)
    if not _may(batch, change):
        return Outcome(code="forbidden")
    change = _named(connection, change)
    before = _standing(connection, change)
    if change.undoes is not None and not _still_stands(connection, change, before):
        return Outcome(code="moved_on")
    _set(connection, change, version)
    changed = _written(connection, batch, change, before, version)
    record(connection, batch, subject_of(change), event_of(changed))
    if change.news is not None:
        tell(connection, batch, subject_of(change), change.news)
    _see_it_at_once(connection, batch)
    followed = follow(connection, batch, changed)
    current_facts.move_on(connection, steering_rows.KIND)
    return Outcome(code="made", changed=changed, followed=followed)


def _lock(connection: Connection) -> int:
    """One change at a time, in all processes; the version that holds."""
    insert_new(connection, _version, [{"kind": steering_rows.KIND, "version": 0}])
    locked = select(_version.c.version).where(_version.c.kind == steering_rows.KIND).with_for_update()
    return int(connection.execute(locked).scalar_one())


def _may(batch: Batch, change: Change) -> bool:
    """Who may, as of this transaction: leads what they lead, all their absence, owners their rules."""
    directory = batch.facts.directory
    if change.kind is Kind.STANDING:
        return change.person in (BY_RULE, directory.rule_owners.get(change.name))
    if change.person not in directory.people:
        return False
    if change.kind is Kind.ABSENCE:
        return change.name == change.person
    return all(directory.leads_all(change.person, match) for match in change.matches)


def _named(connection: Connection, change: Change) -> Change:
    """The change with a name for a route that has none: `refund-1`, never one that was used before."""
    if change.kind is not Kind.ROUTE or change.name or not isinstance(change.after, MadeRoute):
        return change
    given = select(_change.c.name).where(_change.c.kind == Kind.ROUTE)
    taken = change.taken | set(connection.execute(given).scalars())
    stem = change.after.match.partition(".")[0].strip("*") or "all"
    numbers = range(1, len(taken) + 2)
    return change.renamed(next(name for n in numbers if (name := f"{stem}-{n}") not in taken))


def _standing(connection: Connection, change: Change) -> str | None:
    return connection.execute(select(_entry.c.body).where(*_key(change))).scalar_one_or_none()


def _still_stands(connection: Connection, change: Change, before: str | None) -> bool:
    query = select(_change.c.after, _change.c.undone_by).where(_change.c.id == change.undoes)
    row = connection.execute(query).first()
    return row is not None and row.undone_by is None and row.after == before


def _set(connection: Connection, change: Change, version: int) -> None:
    connection.execute(delete(_entry).where(*_key(change)))
    if change.after is not None:
        row = {"kind": change.kind, "name": change.name, "version": version}
        connection.execute(_entry.insert(), [{**row, "body": codec.to_text(change.after)}])


def _written(
    connection: Connection, batch: Batch, change: Change, before: str | None, version: int
) -> Changed:
    row = {
        "id": change.id,
        "version": version,
        "kind": change.kind,
        "name": change.name,
        "person": change.person,
        "before": before,
        "after": codec.to_text(change.after) if change.after is not None else None,
        "made_at": batch.stamp,
        "undoes": change.undoes,
    }
    connection.execute(_change.insert(), [row])
    if change.undoes is not None:
        undone = update(_change).where(_change.c.id == change.undoes)
        connection.execute(undone.values(undone_by=change.id))
    return Changed(
        id=change.id,
        kind=change.kind,
        name=change.name,
        person=change.person,
        before=_value(change.kind, before),
        after=change.after,
        made_at=batch.now,
        undoes=change.undoes,
    )


def _see_it_at_once(connection: Connection, batch: Batch) -> None:
    """What follows in this transaction is folded under what holds from now on."""
    steering = steering_rows.load(connection).at(batch.now)
    batch.facts = Facts(now=batch.now, directory=batch.facts.directory.steered(steering))


def _key(change: Change) -> tuple[Any, Any]:
    return (_entry.c.kind == change.kind, _entry.c.name == change.name)


def _get(connection: Connection, change_id: str) -> Changed | None:
    row = connection.execute(select(_change).where(_change.c.id == change_id)).first()
    return _changed(row) if row is not None else None


def _changed(row: Row[Any]) -> Changed:
    return Changed(
        id=row.id,
        kind=Kind(row.kind),
        name=row.name,
        person=row.person,
        before=_value(row.kind, row.before),
        after=_value(row.kind, row.after),
        made_at=from_stamp(row.made_at),
        undoes=row.undoes,
        undone_by=row.undone_by,
    )


def _value(kind: str, body: str | None) -> Entry | None:
    return steering_rows.entry(kind, body) if body is not None else None


def _previewed(row: Row[Any]) -> Preview:
    return Preview(
        id=row.id,
        person=row.person,
        channel=row.channel,
        command=row.command,
        zone=row.zone,
        labels=codec.from_text(row.labels, dict[str, str]),
        made_at=from_stamp(row.made_at),
    )
