"""Adopting copies: a press tells of a copy that no row knows, left by a post whose end nobody learned.

What a press tells of where it was made is its client's word. So only who may see the request makes a copy
follow, and never one that is another request's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any, TypeAlias

from sqlalchemy import BigInteger, Connection, Dialect, Row, Text, Update, select, update

from bot.domain.authority import Refused, identify
from bot.domain.directory import Directory
from bot.domain.moves import Move, Press
from bot.domain.request import ApprovalRequest
from bot.domain.visibility import may_see
from storage.among import Lookup
from storage.context import Batch
from storage.folding import Folder
from storage.many import Given, Many
from storage.prepared import Later
from storage.tables import CardRow

#: copies by the id of their request
Copies: TypeAlias = dict[str, list[Any]]
#: presses by their request and message
Told: TypeAlias = dict[tuple[str, str], list[Press]]

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
_shown_at = Lookup(lambda among: select(_card.c.request_id, _card.c.message).where(among(_card.c.message)))
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
    unknown: Told = {}
    for (request_id, message), presses in told.items():
        pressed = next((copy for copy in copies.get(request_id, []) if copy.message == message), None)
        if pressed is not None:
            folder.shown[request_id, message] = pressed.shown_digest
        elif _is_seen(folder.known(request_id), presses, folder.batch.facts.directory):
            unknown[request_id, message] = presses
    if unknown:
        _take_in(connection, folder, _without_others(connection, unknown), copies)


def _take_in(connection: Connection, folder: Folder, told: Told, copies: Copies) -> None:
    filled = []
    for (request_id, message), presses in told.items():
        request, known = folder.known(request_id), copies.get(request_id, [])
        destination = presses[-1].copy_destination
        if request is None or destination is None:
            continue
        lacking = [copy for copy in known if copy.destination == destination and copy.message is None]
        if not lacking:
            folder.sheet.effects.add_copy(request, destination, adopted=message)
        elif not _is_under_way(lacking[0], folder.batch):
            filled.append({"id": lacking[0].id, "message": message, "now": folder.batch.stamp})
            known.remove(lacking[0])
    _fill_in.run(connection, filled)
    folder.batch.has_effects |= bool(filled)


def _told(moves: Iterable[Move]) -> Told:
    """Where presses came from."""
    found: Told = {}
    for move in moves:
        if isinstance(move, Press) and move.copy_destination and move.copy_message:
            found.setdefault((move.request_id, move.copy_message), []).append(move)
    return found


def _is_seen(request: ApprovalRequest | None, presses: Iterable[Press], directory: Directory) -> bool:
    """Whether one of these was made by somebody who may see the request."""
    people = (identify(directory, press.presser) for press in presses)
    return request is not None and any(
        not isinstance(person, Refused) and may_see(directory, request, person.id) for person in people
    )


def _without_others(connection: Connection, told: Told) -> Told:
    """Without messages in which other requests stand: these would be drawn over."""
    named = Counter(message for _, message in told)
    taken = {row.message for row in _shown_at.rows(connection, sorted(named))}
    return {key: told[key] for key in told if key[1] not in taken and named[key[1]] == 1}


def _by_request(rows: Iterable[Any]) -> Copies:
    found: dict[str, list[Any]] = {}
    for row in rows:
        found.setdefault(row.request_id, []).append(row)
    return found


def _is_under_way(copy: Row[Any], batch: Batch) -> bool:
    """Whether a worker is posting it right now, and is about to tell its message itself."""
    return copy.leased_until is not None and copy.leased_until > batch.stamp
