"""What was said about a request, read from its audit events: the words are stored nowhere else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Dialect, Row, Select, Text, select

from bot.domain.said import KINDS, MOST_SHOWN, Said
from storage import codec
from storage.audit_tables import AuditRow
from storage.prepared import Prepared, given
from storage.stamps import from_stamp

_audit = AuditRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it at class creation


def _newest_first(_: Dialect) -> Select[Any]:
    wanted = (_audit.c.subject == given("subject", Text()), _audit.c.kind.in_([kind.value for kind in KINDS]))
    columns = (_audit.c.actor, _audit.c.at, _audit.c.facts, _audit.c.private)
    newest = select(*columns).where(*wanted, _audit.c.private.is_not(None))
    return newest.order_by(_audit.c.seq.desc()).limit(MOST_SHOWN)


_newest = Prepared(_newest_first)


def said_about(connection: Connection, request_id: str) -> tuple[Said, ...]:
    """The newest of what was said, in order; what was erased is left out."""
    rows = _newest.rows(connection, subject=request_id)
    return tuple(_said(row) for row in reversed(rows))


def _said(row: Row[Any]) -> Said:
    facts = codec.from_text(row.facts, dict[str, Any])
    private: Mapping[str, list[str]] = codec.from_text(row.private, dict[str, list[str]])
    return Said(by=row.actor, text=private["text"][1], at=from_stamp(row.at), reply_to=facts.get("reply_to"))
