"""Texts that are named by their own hash: terms, and versions of the policy."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, exists, select

from bot.domain.events import EventKind
from storage import codec
from storage.access_tables import PolicyVersionRow
from storage.audit_tables import AuditRow
from storage.tables import ApprovalRow, TermsRow

_terms = TermsRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it at class creation
_approval = ApprovalRow.__table__  # type: ignore[attr-defined]  # likewise
_audit = AuditRow.__table__  # type: ignore[attr-defined]  # likewise
_policy = PolicyVersionRow.__table__  # type: ignore[attr-defined]  # likewise


def misnamed(connection: Connection) -> Iterator[str]:
    """A sentence for every text that is not what its name says."""
    for row in connection.execute(select(_terms.c.hash, _terms.c.body)):
        if _hash(row.body) != row.hash:
            yield f"The terms {row.hash[:12]}…, under which requests were decided, were changed."
    for row in connection.execute(select(_policy.c.version, _policy.c.body)):
        if not _hash(row.body).startswith(row.version):
            yield f"The text of policy version {row.version} was changed."


def lacking(connection: Connection) -> Iterator[str]:
    """A sentence for every text that is named and not there, or is there although nothing tells of it."""
    known = exists().where(_terms.c.hash == _approval.c.terms)
    for row in connection.execute(select(_approval.c.terms).where(~known).distinct()):
        yield f"The terms {row.terms[:12]}…, under which requests were decided, are missing."
    events = select(_audit.c.facts).where(
        _audit.c.subject == "policy", _audit.c.kind == EventKind.POLICY_LOADED.value
    )
    loaded = {_version(row.facts) for row in connection.execute(events)}
    kept = set(connection.execute(select(_policy.c.version)).scalars())
    for version in sorted(loaded - kept):
        yield f"The text of policy version {version} is missing."
    for version in sorted(kept - loaded):
        yield f"No event tells that policy version {version} began to hold."


def _version(facts: str) -> str:
    try:
        return str(codec.from_text(facts, dict[str, Any]).get("version"))
    except ValueError:  # found by its hash
        return ""


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
