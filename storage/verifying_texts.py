"""Texts that are named by their own hash: terms, and versions of the policy."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from sqlalchemy import Connection, select

from storage.access_tables import PolicyVersionRow
from storage.tables import TermsRow

_terms = TermsRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it at class creation
_policy = PolicyVersionRow.__table__  # type: ignore[attr-defined]  # likewise


def misnamed(connection: Connection) -> Iterator[str]:
    """A sentence for every text that is not what its name says."""
    for row in connection.execute(select(_terms.c.hash, _terms.c.body)):
        if _hash(row.body) != row.hash:
            yield f"The terms {row.hash[:12]}…, under which requests were decided, were changed."
    for row in connection.execute(select(_policy.c.version, _policy.c.body)):
        if not _hash(row.body).startswith(row.version):
            yield f"The text of policy version {row.version} was changed."


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
