"""Facts that decisions read beside the request: small, read whole, and again when their version moves on.

One row a kind says which version holds. A transaction reads these rows and nothing else, unless a version is
another than the one this process knows; whoever changes a fact moves its version on in the same transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from sqlalchemy import Connection, select, update

from storage.fact_tables import FactVersionRow
from storage.prepared import Later, Prepared
from storage.upsert import insert_new

Load: TypeAlias = Callable[[Connection], Any]

_version = FactVersionRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it at class creation

_versions = Prepared(lambda _: select(_version.c.kind, _version.c.version))


class CurrentFacts:
    """What this process knows of each kind. Threads may share one: each knows a version or reads it anew."""

    def __init__(self, kinds: Mapping[str, Load]) -> None:
        self._kinds = kinds
        self._known: Mapping[str, tuple[int, Any]] = {}

    def ask(self, connection: Connection) -> Later[Mapping[str, Any]]:
        """Every kind as it stands in this transaction; what moved on is read when it is called for."""
        versions = _versions.ask(connection)
        return lambda: self._read(connection, {row.kind: row.version for row in versions()})

    def _read(self, connection: Connection, versions: Mapping[str, int]) -> Mapping[str, Any]:
        known = self._known
        if any(self._is_behind(known, kind, versions.get(kind, 0)) for kind in self._kinds):
            # A version that moves on between the two reads is found behind the next time.
            self._known = known = {
                kind: known[kind]
                if not self._is_behind(known, kind, versions.get(kind, 0))
                else (versions.get(kind, 0), load(connection))
                for kind, load in self._kinds.items()
            }
        return {kind: value for kind, (_, value) in known.items()}

    @staticmethod
    def _is_behind(known: Mapping[str, tuple[int, Any]], kind: str, version: int) -> bool:
        return kind not in known or known[kind][0] != version


def move_on(connection: Connection, kind: str) -> None:
    """Say that facts of a kind were changed in this transaction; call it last, it is what others wait for."""
    insert_new(connection, _version, [{"kind": kind, "version": 0}])
    moved = update(_version).where(_version.c.kind == kind).values(version=_version.c.version + 1)
    connection.execute(moved)
