"""The versions of the policy that held here: since when, what each changed, how many requests it ruled on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import JSON, Connection, Row, cast, func, select

from bot.domain.errors import NotFound
from bot.domain.events import EventKind
from bot.policy_record import KeptVersion
from storage import codec
from storage.access_tables import PolicyVersionRow
from storage.audit_tables import AuditRow
from storage.policy_versions import SUBJECT
from storage.stamps import from_stamp
from storage.tables import ApprovalRow

#: digits of a version that tell it apart well enough to be typed
FEWEST_DIGITS = 4

_version = PolicyVersionRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it at class creation
_audit = AuditRow.__table__  # type: ignore[attr-defined]  # likewise
_approval = ApprovalRow.__table__  # type: ignore[attr-defined]  # likewise


def kept_versions(connection: Connection) -> list[KeptVersion]:
    """Every version, the one that began to hold last first; goes over every request to count."""
    counts = _counts(connection)
    began: dict[str, tuple[Row[Any], dict[str, Any]]] = {}
    for event in _loadings(connection):
        facts = codec.from_text(event.facts, dict[str, Any])
        began.setdefault(facts["version"], (event, facts))
    rows = {row.version: row for row in connection.execute(select(_version))}
    return [
        _kept(rows[version], event, facts, counts, holds=place == 0)
        for place, (version, (event, facts)) in enumerate(began.items())
        if version in rows
    ]


def kept_version(connection: Connection, version: str) -> tuple[str, str]:
    """A version and its text, by its first digits; raises `NotFound` for none and for several."""
    rows = connection.execute(
        select(_version.c.version, _version.c.body).where(
            _version.c.version.startswith(version, autoescape=True)
        )
    ).all()
    if len(rows) == 1 and len(version) >= FEWEST_DIGITS:
        return rows[0].version, rows[0].body
    several = f"Several versions begin with {version}" if rows else f"No version {version} is kept here"
    raise NotFound(f"{several}; `placet policy versions` lists them.")


def _loadings(connection: Connection) -> list[Row[Any]]:
    events = select(_audit.c.at, _audit.c.facts, _audit.c.private).where(
        _audit.c.subject == SUBJECT, _audit.c.kind == EventKind.POLICY_LOADED.value
    )
    return list(connection.execute(events.order_by(_audit.c.seq.desc())))


def _counts(connection: Connection) -> Mapping[str, int]:
    # The proposal is JSON text, which SQLite and PostgreSQL read each in its own words.
    version: Any = cast(_approval.c.proposal, JSON)["policy_version"].as_string()
    if connection.dialect.name == "sqlite":
        version = func.json_extract(_approval.c.proposal, "$.policy_version")
    counted = select(version.label("version"), func.count().label("requests")).group_by(version)
    return {row.version: row.requests for row in connection.execute(counted)}


def _kept(
    row: Row[Any], event: Row[Any], facts: Mapping[str, Any], counts: Mapping[str, int], *, holds: bool
) -> KeptVersion:
    private = codec.from_text(event.private, dict[str, list[str]]) if event.private else {}
    changes = private.get("changes", ["", ""])[1]
    return KeptVersion(
        version=row.version,
        text=row.body,
        loaded_at=from_stamp(row.loaded_at),
        held_since=from_stamp(event.at),
        changes=tuple(changes.splitlines()),
        owner=str(facts.get("owner") or ""),
        requests=counts.get(row.version, 0),
        holds=holds,
    )
