"""Drafts of edits."""

from __future__ import annotations

from sqlalchemy import Connection, Row, select

from bot.drafts import LIVES, Draft
from bot.secrets import SecretBox, Undecipherable
from storage import codec
from storage.context import Batch
from storage.draft_tables import DraftRow
from storage.stamps import to_stamp
from storage.store import SqlStore
from storage.upsert import insert_new

_draft = DraftRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it at class creation


class Drafts:
    """`bot.drafts.DraftBook` in the database."""

    def __init__(self, store: SqlStore, box: SecretBox) -> None:
        self._store = store
        self._box = box

    async def keep(self, draft: Draft) -> None:
        """Keep a draft for as long as it lives."""

        def run(connection: Connection, batch: Batch) -> None:
            row = {
                "id": draft.id,
                "request_id": draft.request_id,
                "revision": draft.revision,
                "person": draft.person,
                # It may hold what the policy masks everywhere else.
                "typed": self._box.encrypt(codec.to_text(draft.values)),
                "expires_at": to_stamp(batch.now + LIVES),
            }
            insert_new(connection, _draft, [row])

        await self._store.write(run)

    async def get(self, draft_id: str) -> Draft | None:
        """A draft that has not ended."""
        now = to_stamp(self._store.clock())

        def run(connection: Connection) -> Draft | None:
            query = select(_draft).where(_draft.c.id == draft_id, _draft.c.expires_at > now)
            row = connection.execute(query).first()
            return self._read(row) if row else None

        return await self._store.query(run)

    def _read(self, row: Row[tuple[object, ...]]) -> Draft | None:
        """None for a draft that no key opens any more: it has ended with its key."""
        named = row._mapping  # noqa: SLF001 - SQLAlchemy's public name for it
        try:
            typed = self._box.decrypt(named["typed"])
        except Undecipherable:
            return None
        return Draft(
            id=named["id"],
            request_id=named["request_id"],
            revision=named["revision"],
            person=named["person"],
            values=codec.from_text(typed, dict[str, tuple[str, ...]]),
        )
