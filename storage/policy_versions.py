"""Texts of the policy that rulings were made under, and what became of its file, for whoever asks later."""

from __future__ import annotations

import hashlib
from typing import Any

from sqlalchemy import Connection, Row, select

from bot.domain.events import Event, EventKind, Fact
from bot.policy_record import Loaded, Refused
from storage import codec
from storage.access_tables import PolicyVersionRow
from storage.audit_tables import AuditRow
from storage.context import Batch
from storage.news import tell
from storage.store import SqlStore
from storage.subject_chain import lock, record
from storage.upsert import insert_new

SUBJECT = "policy"

_version = PolicyVersionRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it at class creation
_audit = AuditRow.__table__  # type: ignore[attr-defined]  # likewise


class PolicyVersions:
    """`bot.policy_record.PolicyRecord`: versions, and one chain of what became of the file."""

    def __init__(self, store: SqlStore) -> None:
        self._store = store

    async def keep(self, loaded: Loaded) -> None:
        """Remember the version that holds from now on, unless the record ends with just that."""

        def run(connection: Connection, batch: Batch) -> None:
            lock(connection, SUBJECT)
            before, was_refused = _last_loaded(connection), _last_refused(connection) is not None
            if before == loaded.version and not was_refused:
                return
            row = {"version": loaded.version, "body": loaded.text, "loaded_at": batch.stamp}
            insert_new(connection, _version, [row])
            record(connection, batch, SUBJECT, _loading(loaded, before))
            if was_refused:
                tell(connection, batch, SUBJECT, loaded.news)

        await self._store.write(run)

    async def refuse(self, refused: Refused) -> None:
        """Put on record that the changed file cannot be used, once for the same problems in a row."""
        problems = hashlib.sha256("\n".join(refused.problems).encode()).hexdigest()
        facts: dict[str, Fact] = {"version": refused.version, "problems": problems}
        private = {"problems": "\n".join(refused.problems)}
        event = Event(kind=EventKind.POLICY_REFUSED, actor="operator", facts=facts, private=private)

        def run(connection: Connection, batch: Batch) -> None:
            lock(connection, SUBJECT)
            if _last_refused(connection) != problems:
                record(connection, batch, SUBJECT, event)
                tell(connection, batch, SUBJECT, refused.news)

        await self._store.write(run)

    async def newest(self) -> tuple[str, str] | None:
        """Version and text of what began to hold last, None before the first."""
        return await self._store.query(_newest)


def _newest(connection: Connection) -> tuple[str, str] | None:
    found = _last_loaded(connection)
    if found is None:
        return None
    text = select(_version.c.body).where(_version.c.version == found)
    return found, connection.execute(text).scalar_one()


def _loading(loaded: Loaded, before: str | None) -> Event:
    facts: dict[str, Fact] = {"version": loaded.version, "before": before, "owner": loaded.owner}
    # Another process may have been first with another version; then what was compared is not what changed.
    changes = loaded.changes if before == loaded.before else ()
    private = {"changes": "\n".join(changes)} if changes else {}
    return Event(kind=EventKind.POLICY_LOADED, actor="operator", facts=facts, private=private)


def _last_loaded(connection: Connection) -> str | None:
    row = _last(connection, EventKind.POLICY_LOADED)
    return str(codec.from_text(row.facts, dict[str, Any])["version"]) if row is not None else None


def _last_refused(connection: Connection) -> str | None:
    """The digest of the problems that the file has, None while it holds."""
    row = _last(connection, EventKind.POLICY_LOADED, EventKind.POLICY_REFUSED)
    if row is None or row.kind != EventKind.POLICY_REFUSED:
        return None
    return str(codec.from_text(row.facts, dict[str, Any])["problems"])


def _last(connection: Connection, *kinds: EventKind) -> Row[Any] | None:
    events = select(_audit.c.kind, _audit.c.facts).where(
        _audit.c.subject == SUBJECT, _audit.c.kind.in_([kind.value for kind in kinds])
    )
    return connection.execute(events.order_by(_audit.c.seq.desc()).limit(1)).first()
