"""Texts of the policy that rulings were made under, kept for whoever asks later."""

from __future__ import annotations

from sqlalchemy import Connection, select

from bot.domain.events import Event, EventKind
from storage.access_tables import PolicyVersionRow
from storage.context import Batch
from storage.store import SqlStore
from storage.subject_chain import lock, record

SUBJECT = "policy"

_version = PolicyVersionRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it at class creation


class PolicyVersions:
    """Every version that was ever in force here."""

    def __init__(self, store: SqlStore) -> None:
        self._store = store

    async def keep(self, version: str, text: str) -> None:
        """Remember a version, once, and that it was loaded."""

        def run(connection: Connection, batch: Batch) -> None:
            lock(connection, SUBJECT)
            if connection.execute(select(_version.c.version).where(_version.c.version == version)).first():
                return
            connection.execute(
                _version.insert(), [{"version": version, "body": text, "loaded_at": batch.stamp}]
            )
            event = Event(kind=EventKind.POLICY_LOADED, actor="operator", facts={"version": version})
            record(connection, batch, SUBJECT, event)

        await self._store.write(run)
