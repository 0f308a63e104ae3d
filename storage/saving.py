"""Saving requests that moved: of each only what its moves changed, so that no index is touched in vain.

SQLite writes every index that has one of the columns, or a condition on it, though the value is the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from operator import attrgetter, itemgetter
from typing import Any, TypeAlias

from sqlalchemy import BigInteger, Connection, Dialect, Integer, Text, Update, update

from storage.many import Columns, Given, Many
from storage.prepared import Later
from storage.tables import ApprovalRow

#: a row as it is stored, and its columns as they are to be
Change: TypeAlias = tuple[Any, Mapping[str, Any]]

_approval = ApprovalRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it at class creation

_MOVED: Columns = {
    "version": Integer(),
    "due_at": BigInteger(),
    "progress": Text(),
    "audit_seq": Integer(),
    "audit_head": Text(),
}
#: what changes with the status, and once in most requests' lives
_ENDED: Columns = {"status": Text(), "ended_at": BigInteger(), "answered_at": BigInteger()}
#: what an edit changes, and what is erased
_EDITED: Columns = {"revision": Integer(), "precedence": Integer(), "sameness": Text(), "proposal": Text()}


#: what each of the statements sets
_SETS: tuple[Columns, ...] = (_MOVED, {**_MOVED, **_ENDED}, {**_MOVED, **_ENDED, **_EDITED})


def _saving(columns: Columns) -> Many:
    def build(_: Dialect, given: Given) -> Update:
        unmoved = (_approval.c.id == given["id"], _approval.c.version == given["version_before"])
        return update(_approval).where(*unmoved).values({name: given[name] for name in columns})

    return Many({"id": Text(), "version_before": Integer(), **columns}, build)


_statements = [_saving(columns) for columns in _SETS]
_ended_before, _ended = attrgetter(*_ENDED), itemgetter(*_ENDED)
_edited_before, _edited = attrgetter(*_EDITED), itemgetter(*_EDITED)


def ask_saved(connection: Connection, changes: Iterable[Change]) -> Later[int]:
    """Write requests whose version is still the one that was read; how many there were."""
    rows: list[list[dict[str, Any]]] = [[] for _ in _SETS]
    for before, columns in changes:
        extent = _extent(before, columns)
        changed = {name: columns[name] for name in _SETS[extent]}
        rows[extent].append({"id": before.id, "version_before": before.version, **changed})
    saved = [statement.ask(connection, each) for statement, each in zip(_statements, rows, strict=True)]
    return lambda: sum(count() for count in saved)


def _extent(before: Any, columns: Mapping[str, Any]) -> int:
    """Which statement sets everything that is another now."""
    if _edited_before(before) != _edited(columns):
        return 2
    return int(_ended_before(before) != _ended(columns))
