"""What people said that arguments should have been, read from their audit events: kept nowhere else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, select

from bot.domain.events import EventKind
from bot.domain.ratings import Grade
from bot.domain.request import ApprovalRequest
from storage import codec
from storage.among import Lookup
from storage.audit_tables import AuditRow

_audit = AuditRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it at class creation

_rated = Lookup(
    lambda among: (
        select(_audit.c.subject, _audit.c.facts, _audit.c.private)
        .where(
            among(_audit.c.subject),
            _audit.c.kind == EventKind.REQUEST_RATED.value,
            _audit.c.private.is_not(None),
        )
        .order_by(_audit.c.subject, _audit.c.seq)
    )
)


def corrections(connection: Connection, requests: Sequence[ApprovalRequest]) -> dict[str, Mapping[str, Any]]:
    """By request, the arguments that whoever rated it last would have had; only where they said so."""
    wanted = {request.id: digest for request in requests if (digest := _digest(request)) is not None}
    found: dict[str, Mapping[str, Any]] = {}
    for row in _rated.rows(connection, list(wanted)) if wanted else ():
        text = _text(row, wanted[row.subject])
        if text is not None:
            found[row.subject] = msgspec.json.decode(text, type=dict[str, Any])
    return found


def _digest(request: ApprovalRequest) -> str | None:
    last = max(request.progress.ratings, key=lambda rating: rating.at, default=None)
    return last.corrected if last is not None and last.verdict is Grade.WRONG else None


def _text(row: Any, digest: str) -> str | None:
    """The arguments as JSON text, where this event holds those of the digest."""
    if codec.from_text(row.facts, dict[str, Any]).get("corrected") != digest:
        return None
    kept = codec.from_text(row.private, dict[str, tuple[str, str]]).get("corrected")
    return kept[1] if kept else None
