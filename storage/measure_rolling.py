"""Rolling: the measures follow the record, a few hundred requests at a time.

What changed is worked out on committed state, beside the writer and its lock. What comes of it is written in
one short transaction: rows, sums and cursor together. A cursor that somebody else has moved meanwhile makes
that transaction do nothing; so whatever dies at whatever moment, each change is counted once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Insert, Table, delete
from sqlalchemy.dialects import postgresql, sqlite

from bot.domain.measures.measure import Measure
from bot.domain.measures.measuring import PacketFacts, Seen, measured
from bot.domain.measures.tally import slice_of, slice_of_vote
from bot.domain.request import ApprovalRequest, Vote
from storage.among import among
from storage.measure_cursor import Changed, Cursor, changed_since, move_cursor, read_cursor
from storage.measure_days import Days
from storage.measure_days_stored import Said
from storage.measure_rows import measure_row, vote_row
from storage.measure_slices import Numbering, SliceBook
from storage.measure_sources import looks, measures, packet_facts, requests
from storage.measure_sums import sums
from storage.measure_tables import (
    MeasureDayRow,
    MeasureRow,
    MeasureSliceRow,
    MeasureVoteRow,
    MeasureWeekRow,
)
from storage.terms_book import TermsBook

#: requests in one step at the most, so that no caller waits for the writer meanwhile
REQUESTS = 100

_measure = MeasureRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it at class creation
_vote = MeasureVoteRow.__table__  # type: ignore[attr-defined]  # likewise
_day = MeasureDayRow.__table__  # type: ignore[attr-defined]  # likewise
_slice = MeasureSliceRow.__table__  # type: ignore[attr-defined]  # likewise
_week = MeasureWeekRow.__table__  # type: ignore[attr-defined]  # likewise


@dataclass(frozen=True, slots=True, kw_only=True)
class Roll:
    """One step, worked out and to be written."""

    before: Cursor
    changed: Changed
    #: rows by table: put in, or in the place of those with the same key
    measures: Sequence[Mapping[str, Any]] = ()
    votes: Sequence[Mapping[str, Any]] = ()
    days: Sequence[Mapping[str, Any]] = ()
    slices: Sequence[Mapping[str, Any]] = ()
    weeks: Sequence[Mapping[str, Any]] = ()
    #: requests whose votes before are gone
    without_votes: Sequence[str] = ()


def plan(connection: Connection, terms: TermsBook, book: SliceBook, limit: int = REQUESTS) -> Roll | None:
    """Work out the next step; None when all is counted."""
    before = read_cursor(connection)
    changed = changed_since(connection, before, limit)
    if changed is None:
        return None
    old = measures(connection, changed.ids)
    asked = requests(connection, terms, changed.ids)
    days = Days(connection, _said_before(asked, old), _said_now(asked))
    new = _measured(connection, asked, old, days)
    fresh = [measure for measure in new if old.get(measure.request_id) != measure]
    if not fresh:
        return Roll(before=before, changed=changed)
    replaced = [old[measure.request_id] for measure in fresh if measure.request_id in old]
    book.learn(connection)
    numbering = book.numbering()
    return Roll(
        before=before,
        changed=changed,
        measures=[measure_row(measure, numbering.id_of(slice_of(measure))) for measure in fresh],
        votes=_vote_rows(fresh, numbering),
        without_votes=[measure.request_id for measure in replaced if measure.votes],
        days=days.rows(),
        weeks=sums(connection, replaced, fresh, numbering),
        slices=numbering.rows,
    )


def write(connection: Connection, roll: Roll) -> bool:
    """Write a step down; false when another process took it first, and nothing was written."""
    if not move_cursor(connection, roll.before, roll.changed):
        return False
    if roll.slices:
        connection.execute(_slice.insert(), list(roll.slices))
    if roll.without_votes:
        connection.execute(delete(_vote).where(among(connection, _vote.c.request_id, roll.without_votes)))
    written = ((_measure, roll.measures), (_vote, roll.votes), (_day, roll.days), (_week, roll.weeks))
    for table, rows in written:
        if rows:
            connection.execute(_replacing(connection, table), list(rows))
    return True


def _said_before(asked: Sequence[ApprovalRequest], old: Mapping[str, Measure]) -> list[Said]:
    before = [old[request.id] for request in asked if request.id in old]
    return [
        Said(vote.at, measure.request_id, vote.person, measure.action, vote.decision)
        for measure in before
        for vote in measure.votes
    ]


def _said_now(asked: Sequence[ApprovalRequest]) -> list[Said]:
    return [_said(request, vote) for request in asked for vote in request.progress.votes]


def _said(request: ApprovalRequest, vote: Vote) -> Said:
    return Said(vote.at, request.id, vote.person, request.proposal.action, vote.decision)


def _measured(
    connection: Connection, asked: Sequence[ApprovalRequest], old: Mapping[str, Measure], days: Days
) -> list[Measure]:
    ids = [request.id for request in asked]
    looked, packets = looks(connection, ids), packet_facts(connection, asked, old)
    new = []
    for request in asked:
        known = {vote.person: vote for vote in old[request.id].votes} if request.id in old else {}
        before = {
            vote.person: at
            for vote in request.progress.votes
            if (at := days.before(_said(request, vote))) is not None
        }
        seen = Seen(looks=looked.get(request.id, {}), before=before, measured=known)
        new.append(measured(request, packets.get(request.id, PacketFacts()), seen))
    return new


def _vote_rows(measures: Sequence[Measure], numbering: Numbering) -> list[dict[str, Any]]:
    return [
        vote_row(measure, vote, numbering.id_of(slice_of_vote(measure, vote.person)))
        for measure in measures
        for vote in measure.votes
    ]


def _replacing(connection: Connection, table: Table) -> Insert:
    """An insert that takes the place of rows with the same key."""
    key = [column.name for column in table.primary_key]
    insert = sqlite.insert(table) if connection.dialect.name == "sqlite" else postgresql.insert(table)
    others = {c.name: insert.excluded[c.name] for c in table.columns if c.name not in key}
    return insert.on_conflict_do_update(index_elements=key, set_=others)
