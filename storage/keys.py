"""API keys and callback secrets: made, found, revoked, rotated; each change is an audit event.

Every change finds itself when it is run again after a COMMIT in doubt.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, func, or_, select, update

from bot.domain import ids
from bot.domain.errors import Conflict, NotFound
from bot.domain.events import Event, EventKind
from bot.secrets import SecretBox, hash_api_key, new_api_key, new_webhook_secret
from storage.access_tables import ApiKeyRow, CallbackSecretRow
from storage.context import Batch
from storage.stamps import from_stamp, to_stamp
from storage.store import SqlStore
from storage.subject_chain import record
from storage.upsert import insert_new

#: how long a callback secret still signs after it was rotated
OVERLAP = timedelta(hours=24)

#: the fact of `key.created` by which a key that was put in another one's place is noticed
PROOF = "proof"

#: kind of the ids of secrets
_KIND = "sec"

_ENDED = "The API key {} was revoked; make another with `placet keys create`."
_ENDING = "The API key {} was replaced and ends by itself; rotate its successor's secret, or revoke this one."
_key = ApiKeyRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it at class creation
_secret = CallbackSecretRow.__table__  # type: ignore[attr-defined]  # likewise


@dataclass(frozen=True, slots=True, kw_only=True)
class NewKey:
    """What is shown once."""

    key_id: str
    agent: str
    api_key: str
    callback_secret: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredKey:
    """What is known of a key afterwards."""

    id: str
    agent: str
    token_hash: str
    created_at: datetime
    #: from when on it opens nothing; may lie ahead, while it is being replaced
    revoked_at: datetime | None
    #: whether it opens nothing any more
    revoked: bool
    #: when its callback secret was made; only where keys are listed
    secret_created_at: datetime | None = None


class KeyStore:
    """The keys of all agents."""

    def __init__(self, store: SqlStore, box: SecretBox) -> None:
        self._store = store
        self._box = box

    async def create(self, agent: str) -> NewKey:
        """A new key for an agent, with a callback secret of its own."""
        made, secret_id = _made(agent), ids.new_id(_KIND)
        await self._store.write(lambda connection, batch: self._add(connection, batch, made, secret_id))
        return made

    async def rotate(self, key_id: str, overlap: timedelta = OVERLAP) -> NewKey:
        """A new key and callback secret for the same agent; the ones before hold beside it for a while.

        Raises `NotFound`, or `Conflict` for a revoked key.
        """
        found = await self.find(key_id)
        if found is None:
            raise _unknown(key_id)
        made, secret_id = _made(found.agent), ids.new_id(_KIND)

        def run(connection: Connection, batch: Batch) -> None:
            key = _existing(connection, key_id, batch.stamp, locked=True)
            # Before anything else: it may be done already, and the key revoked since then.
            if self._is_added(connection, made.key_id):
                return
            if key.revoked:
                raise Conflict(_ENDED.format(key_id))
            self._add(connection, batch, made, secret_id)
            ends_at = batch.stamp + round(overlap.total_seconds() * 1e6)
            if key.revoked_at is None or ends_at < to_stamp(key.revoked_at):
                _end(connection, key_id, ends_at)
                until = from_stamp(ends_at).isoformat()
                _note(connection, batch, key_id, EventKind.KEY_REVOKED, key.agent, holds_until=until)

        await self._store.write(run)
        return made

    async def find(self, key_id: str) -> StoredKey | None:
        """A key by its id, None when there is none."""
        now = to_stamp(self._store.clock())

        def run(connection: Connection) -> StoredKey | None:
            row = connection.execute(select(_key).where(_key.c.id == key_id)).one_or_none()
            return _stored(row, now) if row else None

        return await self._store.query(run)

    async def all(self) -> Sequence[StoredKey]:
        """Every key, oldest first."""
        now = to_stamp(self._store.clock())

        def run(connection: Connection) -> list[StoredKey]:
            newest = select(_secret.c.key_id, func.max(_secret.c.created_at)).group_by(_secret.c.key_id)
            secrets = {row[0]: from_stamp(row[1]) for row in connection.execute(newest)}
            rows = connection.execute(select(_key).order_by(_key.c.created_at)).all()
            return [replace(_stored(row, now), secret_created_at=secrets.get(row.id)) for row in rows]

        return await self._store.query(run)

    async def revoke(self, key_id: str) -> StoredKey:
        """End a key at once, and its callback secret; raises `NotFound`."""

        def run(connection: Connection, batch: Batch) -> StoredKey:
            changed = _end(connection, key_id, batch.stamp)
            row = _existing(connection, key_id, batch.stamp)
            if changed:
                _note(connection, batch, key_id, EventKind.KEY_REVOKED, row.agent)
            return row

        return await self._store.write(run)

    async def rotate_secret(self, key_id: str) -> str:
        """A new callback secret; the one before signs beside it for 24 hours.

        Raises `NotFound`, or `Conflict` for a revoked key.
        """
        secret, secret_id = new_webhook_secret(), ids.new_id(_KIND)

        def run(connection: Connection, batch: Batch) -> None:
            key = _existing(connection, key_id, batch.stamp, locked=True)
            # Before anything else: it may be done already, and the key revoked since then.
            if not self._add_secret(connection, batch, secret_id, {"id": key_id, "agent": key.agent}, secret):
                return
            if key.revoked_at is not None:
                # One that is being replaced has an end, and a secret of its successor signs already.
                raise Conflict(_ENDED.format(key_id) if key.revoked else _ENDING.format(key_id))
            old = update(_secret).where(
                _secret.c.key_id == key_id, _secret.c.expires_at.is_(None), _secret.c.id != secret_id
            )
            connection.execute(old.values(expires_at=batch.stamp + round(OVERLAP.total_seconds() * 1e6)))
            _note(connection, batch, key_id, EventKind.SECRET_ROTATED, key.agent)

        await self._store.write(run)
        return secret

    async def secrets_of(self, agent: str) -> Sequence[str]:
        """The callback secrets that sign for an agent now, newest first."""
        now = to_stamp(self._store.clock())

        def run(connection: Connection) -> list[str]:
            query = (
                select(_secret.c.secret)
                .where(
                    _secret.c.agent == agent, or_(_secret.c.expires_at.is_(None), _secret.c.expires_at > now)
                )
                .order_by(_secret.c.created_at.desc())
            )
            return list(connection.execute(query).scalars())

        return [self._box.decrypt(secret) for secret in await self._store.query(run)]

    def _is_added(self, connection: Connection, key_id: str) -> bool:
        return connection.execute(select(_key.c.id).where(_key.c.id == key_id)).one_or_none() is not None

    def _add(self, connection: Connection, batch: Batch, made: NewKey, secret_id: str) -> None:
        """Store a new key, once."""
        row = {"id": made.key_id, "agent": made.agent, "token_hash": hash_api_key(made.api_key)}
        if insert_new(connection, _key, [{**row, "created_at": batch.stamp}]):
            self._add_secret(connection, batch, secret_id, row, made.callback_secret)
            proof = {PROOF: key_proof(row["token_hash"])}
            _note(connection, batch, made.key_id, EventKind.KEY_CREATED, made.agent, **proof)

    def _add_secret(
        self, connection: Connection, batch: Batch, secret_id: str, key: Mapping[str, str], secret: str
    ) -> int:
        row = {"id": secret_id, "key_id": key["id"], "agent": key["agent"], "created_at": batch.stamp}
        return insert_new(connection, _secret, [{**row, "secret": self._box.encrypt(secret)}])


def key_proof(token_hash: str) -> str:
    """What an event says of a key's stored hash: hex SHA-256, so that the hash itself is nowhere else."""
    return hashlib.sha256(token_hash.encode()).hexdigest()


def _made(agent: str) -> NewKey:
    key_id, api_key = new_api_key()
    return NewKey(key_id=key_id, agent=agent, api_key=api_key, callback_secret=new_webhook_secret())


def _end(connection: Connection, key_id: str, at: int) -> bool:
    """End a key and its secrets at a moment, unless they end earlier anyway; whether that changed the key."""
    lasts = or_(_key.c.revoked_at.is_(None), _key.c.revoked_at > at)
    ended = update(_key).where(_key.c.id == key_id, lasts).values(revoked_at=at)
    signs = or_(_secret.c.expires_at.is_(None), _secret.c.expires_at > at)
    connection.execute(update(_secret).where(_secret.c.key_id == key_id, signs).values(expires_at=at))
    return bool(connection.execute(ended).rowcount)


def _existing(connection: Connection, key_id: str, now: int, *, locked: bool = False) -> StoredKey:
    query = select(_key).where(_key.c.id == key_id)
    row = connection.execute(query.with_for_update() if locked else query).one_or_none()
    if row is None:
        raise _unknown(key_id)
    return _stored(row, now)


def _unknown(key_id: str) -> NotFound:
    return NotFound(f"There is no API key {key_id}; `placet keys list` shows them.")


def _stored(row: Row[Any], now: int) -> StoredKey:
    return StoredKey(
        id=row.id,
        agent=row.agent,
        token_hash=row.token_hash,
        created_at=from_stamp(row.created_at),
        revoked_at=None if row.revoked_at is None else from_stamp(row.revoked_at),
        revoked=row.revoked_at is not None and row.revoked_at <= now,
    )


def _note(
    connection: Connection, batch: Batch, key_id: str, kind: EventKind, agent: str, **more: str
) -> None:
    event = Event(kind=kind, actor="operator", facts={"agent": agent, **more})
    record(connection, batch, f"key:{key_id}", event)
