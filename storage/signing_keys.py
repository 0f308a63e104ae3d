"""Keys that sign receipts and seals: the private half is encrypted before it is stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from bot.domain.events import Event, EventKind
from bot.secrets import SecretBox
from storage.context import Batch
from storage.store import SqlStore
from storage.subject_chain import lock, record
from storage.tables import SigningKeyRow
from storage.upsert import insert_new

#: the audit chain that tells of signing keys
SUBJECT = "signing_keys"

_key = SigningKeyRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it at class creation


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredSigningKey:
    """A key pair as text."""

    kid: str
    #: PEM of the private half
    private: str


class SigningKeyStore:
    """Every signing key there ever was; the newest one signs."""

    def __init__(self, store: SqlStore, box: SecretBox) -> None:
        self._store = store
        self._box = box

    async def all(self) -> Sequence[StoredSigningKey]:
        """Every key, the one that signs first."""

        def run(connection: Connection) -> list[tuple[str, str]]:
            query = select(_key.c.kid, _key.c.private).order_by(_key.c.created_at.desc())
            return [(row.kid, row.private) for row in connection.execute(query)]

        rows = await self._store.query(run)
        return [StoredSigningKey(kid=kid, private=self._box.decrypt(sealed)) for kid, sealed in rows]

    async def add_first(self, key: StoredSigningKey, public: str) -> None:
        """Store a key unless there is one: of several processes that start at once, one key wins."""

        def run(connection: Connection, batch: Batch) -> None:
            lock(connection, SUBJECT)
            if connection.execute(select(func.count()).select_from(_key)).scalar_one():
                return
            event = Event(kind=EventKind.SIGNING_KEY_CREATED, actor="operator", facts={"kid": key.kid})
            record(connection, batch, SUBJECT, event)
            row = {"kid": key.kid, "private": self._box.encrypt(key.private), "public": public}
            insert_new(connection, _key, [{**row, "created_at": batch.stamp}])

        await self._store.write(run)
