"""Pending requests follow a change at once, in its own transaction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlalchemy import Connection, or_, select

from bot.domain import ids
from bot.domain.matching import matches
from bot.domain.moves import Cover, MarkPause, Move
from bot.domain.steering import Absence, Pause
from bot.steering import Changed, Kind
from storage.context import Batch
from storage.folding import Folder
from storage.sheet import Sheet
from storage.tables import ApprovalRow

#: so many at once, the oldest first; the others follow with their next reminder or step
MOST = 500

_approval = ApprovalRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it at class creation


def follow(connection: Connection, batch: Batch, changed: Changed) -> int:
    """Fold what a change means for requests that wait; how many changed."""
    moves = list(_moves(connection, batch, changed))
    if not moves:
        return 0
    sheet = Sheet(batch)
    folder = Folder(connection, batch, sheet, looks_again=False)
    folder.lock(move.request_id for move in moves)
    folded = [folder.fold(move) for move in moves]
    folder.write()
    sheet.write(connection)
    return sum(transition is not None and bool(transition.events) for transition in folded)


def _moves(connection: Connection, batch: Batch, changed: Changed) -> Iterator[Move]:
    if changed.kind is Kind.PAUSE:
        pause = changed.after or changed.before
        if isinstance(pause, Pause):
            for request in _of_action(connection, pause.match):
                yield MarkPause(
                    request_id=request,
                    command_id=ids.new_id(ids.COMMAND),
                    person=changed.person,
                    match=pause.match,
                    begins=changed.after is not None,
                )
    if isinstance(changed.after, Absence):
        reached = batch.facts.directory.destinations(changed.name)
        for request in _reached_by(connection, reached):
            command = ids.new_id(ids.COMMAND)
            yield Cover(request_id=request, command_id=command, person=changed.name)


def _of_action(connection: Connection, match: str) -> list[str]:
    query = select(_approval.c.id, _approval.c.action).where(_approval.c.ended_at.is_(None))
    rows = connection.execute(query.order_by(_approval.c.id))
    return [row.id for row in rows if matches(match, row.action)][:MOST]


def _reached_by(connection: Connection, destinations: Iterable[str]) -> list[str]:
    """Requests in whose progress one of the destinations is named; the fold looks closer."""
    named = [_approval.c.progress.contains(f'"{place}"', autoescape=True) for place in destinations]
    if not named:
        return []
    query = select(_approval.c.id).where(_approval.c.ended_at.is_(None), or_(*named))
    return list(connection.execute(query.order_by(_approval.c.id).limit(MOST)).scalars())
