"""Terms by hash: immutable, so that remembering them across transactions is safe."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from sqlalchemy import Connection, select

from bot.domain.terms import Terms
from storage import codec
from storage.recent import Recent
from storage.tables import TermsRow
from storage.upsert import insert_new

_table = TermsRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it at class creation

#: a policy makes one value per action and escalation policy, anew each time it is loaded
REMEMBERED = 1_000


class TermsBook:
    """Knows the hash of the terms values that this process met lately, and the value of their hashes."""

    def __init__(self) -> None:
        self._by_hash: Recent[str, Terms] = Recent(REMEMBERED)
        #: by `id()`; the value is kept beside its hash, so that no other one gets its id
        self._hashes: Recent[int, tuple[Terms, str]] = Recent(REMEMBERED)
        self._stored: Recent[str, bool] = Recent(REMEMBERED)

    def hash_of(self, terms: Terms) -> str:
        """The hash under which terms are kept; cheap for a value that was seen before."""
        known = self._hashes.get(id(terms))
        if known is not None and known[0] is terms:
            return known[1]
        digest = hashlib.sha256(codec.to_text(terms).encode()).hexdigest()
        self._hashes.put(id(terms), (terms, digest))
        self._by_hash.put(digest, terms)
        return digest

    def store(self, connection: Connection, terms: Iterable[Terms]) -> list[str]:
        """Write terms that are not known to be stored; the hashes to pass to `committed` afterwards."""
        by_hash = {self.hash_of(value): value for value in terms}
        missing = sorted(digest for digest in by_hash if not self._stored.get(digest))
        if missing:
            rows = [{"hash": digest, "body": codec.to_text(by_hash[digest])} for digest in missing]
            insert_new(connection, _table, rows)
        return missing

    def committed(self, hashes: Iterable[str]) -> None:
        """Remember that these are stored."""
        for digest in hashes:
            self._stored.put(digest, True)

    def load(self, connection: Connection, hashes: Iterable[str]) -> dict[str, Terms]:
        """The terms behind hashes."""
        found = {digest: self._by_hash.get(digest) for digest in set(hashes)}
        known = {digest: terms for digest, terms in found.items() if terms is not None}
        unknown = found.keys() - known.keys()
        if unknown:
            rows = connection.execute(select(_table.c.hash, _table.c.body).where(_table.c.hash.in_(unknown)))
            for row in rows:
                known[row.hash] = codec.terms(row.body)
                self._by_hash.put(row.hash, known[row.hash])
        return known
