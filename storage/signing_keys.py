"""Keys that sign receipts and seals: the private half is encrypted before it is stored."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, func, select

from bot.domain.events import Event, EventKind
from bot.secrets import SecretBox
from storage.access_tables import SigningKeyRow
from storage.context import Batch
from storage.store import SqlStore
from storage.subject_chain import lock, record
from storage.upsert import insert_new

#: the audit chain that tells of signing keys
SUBJECT = "signing_keys"

_key = SigningKeyRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it at class creation


class SigningKeyStore:
    """Every signing key there ever was; the newest one signs."""

    def __init__(self, store: SqlStore, box: SecretBox) -> None:
        self._store = store
        self._box = box

    async def private_keys(self) -> Sequence[str]:
        """PEM of every private key, the one that signs first."""

        def run(connection: Connection) -> list[str]:
            query = select(_key.c.private).order_by(_key.c.created_at.desc())
            return list(connection.execute(query).scalars())

        return [self._box.decrypt(sealed) for sealed in await self._store.query(run)]

    async def add_first(self, kid: str, private: str, public: str) -> None:
        """Store a key unless there is one: of several processes that start at once, one key wins."""

        def run(connection: Connection, batch: Batch) -> None:
            lock(connection, SUBJECT)
            if connection.execute(select(func.count()).select_from(_key)).scalar_one():
                return
            event = Event(kind=EventKind.SIGNING_KEY_CREATED, actor="operator", facts={"kid": kid})
            record(connection, batch, SUBJECT, event)
            row = {"kid": kid, "private": self._box.encrypt(private), "public": public}
            insert_new(connection, _key, [{**row, "created_at": batch.stamp}])

        await self._store.write(run)
