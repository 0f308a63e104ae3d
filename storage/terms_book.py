"""Terms by hash: immutable, so that remembering them across transactions is safe."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from sqlalchemy import Connection, select

from bot.domain.terms import Terms
from storage import codec
from storage.tables import TermsRow
from storage.upsert import insert_new

_table = TermsRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it at class creation

#: a policy makes one value per action and escalation policy; whoever makes them anew each time is no leak
REMEMBERED = 10_000


class TermsBook:
    """Knows the hash of every terms value this process met, and the value of every hash."""

    def __init__(self) -> None:
        self._by_hash: dict[str, Terms] = {}
        self._hashes: dict[int, tuple[Terms, str]] = {}
        self._stored: set[str] = set()

    def hash_of(self, terms: Terms) -> str:
        """The hash under which terms are kept; cheap for a value that was seen before."""
        known = self._hashes.get(id(terms))
        if known is not None and known[0] is terms:
            return known[1]
        if len(self._hashes) >= REMEMBERED:
            self._hashes.clear()
        digest = hashlib.sha256(codec.to_text(terms).encode()).hexdigest()
        self._hashes[id(terms)] = (terms, digest)
        self._by_hash[digest] = terms
        return digest

    def store(self, connection: Connection, terms: Iterable[Terms]) -> list[str]:
        """Write terms that are not known to be stored; the hashes to pass to `committed` afterwards."""
        by_hash = {self.hash_of(value): value for value in terms}
        missing = sorted(by_hash.keys() - self._stored)
        if missing:
            rows = [{"hash": digest, "body": codec.to_text(by_hash[digest])} for digest in missing]
            insert_new(connection, _table, rows)
        return missing

    def committed(self, hashes: Iterable[str]) -> None:
        """Remember that these are stored."""
        self._stored.update(hashes)

    def load(self, connection: Connection, hashes: Iterable[str]) -> dict[str, Terms]:
        """The terms behind hashes."""
        wanted = set(hashes)
        unknown = [digest for digest in wanted if digest not in self._by_hash]
        if unknown:
            rows = connection.execute(select(_table.c.hash, _table.c.body).where(_table.c.hash.in_(unknown)))
            self._by_hash.update({row.hash: codec.terms(row.body) for row in rows})
        return {digest: self._by_hash[digest] for digest in wanted}
