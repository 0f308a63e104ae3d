"""Adopting copies: a press tells of a copy that no row knows, left by a post whose end nobody learned."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeAlias

from sqlalchemy import BigInteger, Connection, Dialect, Row, Text, Update, select, update

from bot.domain.moves import Move, Press
from storage.among import Lookup
from storage.context import Batch
from storage.folding import Folder
from storage.many import Given, Many
from storage.prepared import Later
from storage.tables import CardRow

#: copies by the id of their request
Copies: TypeAlias = dict[str, list[Any]]

_card = CardRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it at class creation


def _filling_in(_: Dialect, given: Given) -> Update:
    found = {"message": given["message"], "due_at": given["now"], "state": "posted", "uncertain": False}
    return update(_card).where(_card.c.id == given["id"]).values(found)


_standing = Lookup(
    lambda among: select(
        _card.c.id,
        _card.c.request_id,
        _card.c.destination,
        _card.c.message,
        _card.c.leased_until,
        _card.c.shown_digest,
    ).where(among(_card.c.request_id))
)
_fill_in = Many({"id": Text(), "message": Text(), "now": BigInteger()}, _filling_in)


def ask_copies(connection: Connection, moves: Iterable[Move]) -> Later[Copies]:
    """The copies that are known of requests, to be asked for after these are locked."""
    told = _told(moves)
    if not told:
        return dict
    rows = _standing.ask(connection, sorted({request_id for request_id, _ in told}))
    return lambda: _by_request(rows())


def adopt(connection: Connection, folder: Folder, moves: Iterable[Move], copies: Copies) -> None:
    """Take copies that presses came from into the books, to be redrawn like every other.

    What known ones show is told to the folder, for the events of the presses.
    """
    told = _told(moves)
    if not told:
        return
    filled = []
    for (request_id, message), destination in told.items():
        request, known = folder.known(request_id), copies.get(request_id, [])
        pressed = next((copy for copy in known if copy.message == message), None)
        if pressed is not None:
            folder.shown[request_id, message] = pressed.shown_digest
        if request is None or pressed is not None:
            continue
        lacking = [copy for copy in known if copy.destination == destination and copy.message is None]
        if not lacking:
            folder.sheet.effects.add_copy(request, destination, adopted=message)
        elif not _is_under_way(lacking[0], folder.batch):
            filled.append({"id": lacking[0].id, "message": message, "now": folder.batch.stamp})
            known.remove(lacking[0])
    _fill_in.run(connection, filled)
    folder.batch.has_effects |= bool(filled)


def _told(moves: Iterable[Move]) -> dict[tuple[str, str], str]:
    """Where presses came from: requests and messages, with their destinations."""
    return {
        (move.request_id, move.copy_message): move.copy_destination
        for move in moves
        if isinstance(move, Press) and move.copy_destination and move.copy_message
    }


def _by_request(rows: Iterable[Any]) -> Copies:
    found: dict[str, list[Any]] = {}
    for row in rows:
        found.setdefault(row.request_id, []).append(row)
    return found


def _is_under_way(copy: Row[Any], batch: Batch) -> bool:
    """Whether a worker is posting it right now, and is about to tell its message itself."""
    return copy.leased_until is not None and copy.leased_until > batch.stamp
