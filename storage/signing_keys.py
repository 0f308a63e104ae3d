"""Keys that sign receipts and seals: the private half is encrypted before it is stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import Connection, func, or_, select, update

from bot.domain.events import Event, EventKind, Fact
from bot.secrets import SecretBox
from bot.signing_keys import KeptKey, NextKey
from storage.access_tables import SigningKeyRow
from storage.context import Batch
from storage.stamps import from_stamp
from storage.store import SqlStore
from storage.subject_chain import lock, record
from storage.upsert import insert_new

#: the audit chain that tells of signing keys
SUBJECT = "signing_keys"

_key = SigningKeyRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it at class creation


class SigningKeyStore:
    """Every signing key there ever was; a `bot.signing_keys.KeyShelf`."""

    def __init__(self, store: SqlStore, box: SecretBox) -> None:
        self._store = store
        self._box = box

    async def kept(self) -> Sequence[KeptKey]:
        """Every key there ever was, in the order in which they sign; raises `Undecipherable`."""

        def run(connection: Connection) -> list[KeptKey]:
            retired_first = (_key.c.retired_at.is_(None), _key.c.retired_at, _key.c.created_at, _key.c.kid)
            rows = connection.execute(select(_key).order_by(*retired_first)).all()
            return [
                KeptKey(
                    kid=row.kid,
                    private=row.private,
                    created_at=from_stamp(row.created_at),
                    retires_at=None if row.retired_at is None else from_stamp(row.retired_at),
                )
                for row in rows
            ]

        return [replace(key, private=self._box.decrypt(key.private)) for key in await self._store.query(run)]

    async def add_first(self, kid: str, private: str, public: str) -> None:
        """Store a key unless there is one: of several processes that start at once, one key wins."""

        def run(connection: Connection, batch: Batch) -> None:
            lock(connection, SUBJECT)
            if not connection.execute(select(func.count()).select_from(_key)).scalar_one():
                self._add(connection, batch, {"kid": kid, "private": private, "public": public}, {})

        await self._store.write(run)

    async def add_next(self, key: NextKey, lead: timedelta) -> None:
        """Store a key that signs when the lead has passed, in place of all others; the same one once."""

        def run(connection: Connection, batch: Batch) -> None:
            lock(connection, SUBJECT)
            if connection.execute(select(_key.c.kid).where(_key.c.kid == key.kid)).one_or_none():
                return
            retires_at = batch.stamp + round(lead.total_seconds() * 1e6)
            still = or_(_key.c.retired_at.is_(None), _key.c.retired_at > retires_at)
            connection.execute(update(_key).where(still).values(retired_at=retires_at))
            row = {"kid": key.kid, "private": key.private, "public": key.public}
            self._add(connection, batch, row, {"after": key.after, "endorsement": key.endorsement})

        await self._store.write(run)

    def _add(
        self, connection: Connection, batch: Batch, row: Mapping[str, str], facts: Mapping[str, Fact]
    ) -> None:
        told: dict[str, Fact] = {"kid": row["kid"], **facts}
        event = Event(kind=EventKind.SIGNING_KEY_CREATED, actor="operator", facts=told)
        record(connection, batch, SUBJECT, event)
        sealed = {**row, "private": self._box.encrypt(row["private"]), "created_at": batch.stamp}
        insert_new(connection, _key, [sealed])
