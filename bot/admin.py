"""What an operator does from the command line: a short visit to the database, beside a running server."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection

from adapters.agents.key_ring import KeyRing
from adapters.agents.receipts import jwks
from bot.auditing.told_event import ToldEvent
from bot.backtest.query import BacktestQuery
from bot.backtest.replay import Replay
from bot.backtest.tally import Tally
from bot.domain.directory import Directory
from bot.domain.errors import NotFound
from bot.domain.history import History, HistoryScope
from bot.domain.measures.findings import Findings
from bot.domain.measures.query import Query
from bot.domain.measures.report import Report
from bot.policy import Policy
from bot.policy_record import KeptVersion
from bot.ports import Stored
from bot.secrets import SecretBox
from bot.settings import Settings
from bot.sign_ins import InboxLinks
from bot.signing_keys import KeptKey
from storage import past
from storage.audit_export import export_lines
from storage.audit_reading import Told, told_of, under_seals
from storage.backup.afterwards import Restored, mark_restored
from storage.callbacks import CallbackInfo, CallbackStore
from storage.erasures import Erasures
from storage.exports import Exports
from storage.keys import KeyStore, NewKey, StoredKey
from storage.measures import SqlMeasures
from storage.migrate import migrate
from storage.policy_history import kept_version, kept_versions
from storage.signing_keys import SigningKeyStore
from storage.stamps import to_stamp
from storage.store import SqlStore
from storage.verifying import AuditReport, verify
from storage.web_sessions import WebSessions

T = TypeVar("T")

#: requests between two reports of progress
_REPORT_EVERY = 500


class Admin:
    """The operator's moves; each raises `PlacetError` with a sentence."""

    def __init__(self, settings: Settings, store: SqlStore) -> None:
        box = SecretBox(settings.secret_keys)
        self._store = store
        self._url = settings.database_url
        self._seal_file = settings.seal_file
        self._keys = KeyStore(store, box)
        self._callbacks = CallbackStore(store)
        self._links = InboxLinks(WebSessions(store), settings.public_url)
        #: looking for somebody's data, and erasing them
        self.erasures = Erasures(store)
        #: requests for exports
        self.exports = Exports(store)
        self._measures = SqlMeasures(store)
        self._ring = KeyRing(SigningKeyStore(store, box))

    async def create_key(self, agent: str) -> NewKey:
        """A new API key and callback secret for an agent, shown once. Raises `Undecipherable`."""
        await self._fits_what_is_stored()
        return await self._keys.create(agent)

    async def list_keys(self) -> Sequence[StoredKey]:
        """Every API key, oldest first."""
        return await self._keys.all()

    async def revoke_key(self, key_id: str) -> StoredKey:
        """End a key at once; raises `NotFound`."""
        return await self._keys.revoke(key_id)

    async def rotate_key(self, key_id: str, overlap: timedelta) -> NewKey:
        """Another key for the same agent; the one before holds beside it so long. Raises `NotFound`."""
        await self._fits_what_is_stored()
        return await self._keys.rotate(key_id, overlap)

    async def rotate_secret(self, key_id: str) -> str:
        """A new callback secret; the one before signs beside it for 24 hours. Raises `NotFound`."""
        await self._fits_what_is_stored()
        return await self._keys.rotate_secret(key_id)

    async def _fits_what_is_stored(self) -> None:
        """Nothing is encrypted with a secret key that the running server has not got."""
        await self._ring.load()

    async def signing_keys(self) -> Sequence[KeptKey]:
        """Every key that signs or signed receipts and seals, in this order."""
        await self._ring.load()
        return self._ring.kept()

    async def rotate_signing_key(self, lead: timedelta) -> datetime:
        """A new signing key, which is published now and signs from the moment that is returned."""
        return (await self._ring.rotate(lead)).created_at + lead

    async def list_callbacks(self, state: str | None = None, limit: int = 100) -> Sequence[CallbackInfo]:
        """Callbacks, newest first."""
        return await self._callbacks.listed(state, limit)

    async def replay_callback(self, callback_id: str) -> None:
        """Send a callback again, with the same id and body; raises `NotFound` or `Conflict`."""
        await self._callbacks.replay(callback_id)

    async def measure(self, query: Query) -> tuple[Report, Findings]:
        """Numbers of everything that is counted, and what stands out."""
        return await self._measures.report(query), await self._measures.findings(query)

    async def inbox_link(self, person: str, policy: Policy) -> str:
        """A one-time address that signs a person in to the browser inbox; raises `NotFound`."""
        if person not in policy.directory.people:
            raise NotFound(f"The policy names nobody {person!r} under people.")
        return await self._links.make(person)

    async def request(self, request_id: str) -> Stored:
        """A request with its packet; raises `NotFound`."""
        found = await self._store.read(request_id)
        if found is None:
            raise NotFound(f"There is no request {request_id} here.")
        return found

    async def history(self, scope: HistoryScope, names: Iterable[str]) -> History:
        """What came before a request, of what has been committed."""
        return await self._store.history(scope, names)

    async def who_is_who(self, listed: Directory) -> Directory:
        """Who is who under a policy, with the people of live groups and what was set, as known last."""
        store = SqlStore(self._url, clock=lambda: datetime.now(UTC), directory=lambda: listed)
        try:
            await store.learn()
            return store.directory()
        finally:
            store.close()

    async def policy_versions(self) -> Sequence[KeptVersion]:
        """The versions of the policy that held here, the one that began to hold last first."""
        return await self._store.query(kept_versions)

    async def policy_text(self, version: str) -> str:
        """The text of a version, by its first digits; raises `NotFound`."""
        return await self._store.query(lambda connection: kept_version(connection, version)[1])

    async def verify_audit(
        self, progress: Callable[[int, int], None], seal_file: Path | None = None
    ) -> AuditReport:
        """Recompute every chain and every seal; `progress` hears of events done and in all.

        The file of seals beside the database is held against it, too: the one of the settings, or another.
        """
        await self._ring.load()
        kept = seal_file or self._seal_file
        return await self._store.query(
            lambda connection: verify(connection, self._ring.is_signed, progress, kept)
        )

    async def mark_restored(self, backup: str) -> Restored:
        """Record that a backup, by its SHA-256, took the database's place, and mend what stands outside."""
        return await self._store.write(
            lambda connection, batch: mark_restored(connection, batch, backup=backup)
        )

    async def audit_of(self, subject: str) -> Told:
        """What happened to a subject of the audit; raises `NotFound`."""
        await self._ring.load()
        found = await self._store.query(lambda connection: told_of(connection, subject, self._ring.is_signed))
        if not (found.events or found.standing):
            raise NotFound(f"The audit knows nothing of {subject}.")
        return found

    async def audit_after(self, seal: int, most: int) -> tuple[int, Sequence[ToldEvent]]:
        """The events under the next seals, and the number of the last of these."""
        return await self._store.query(lambda connection: under_seals(connection, seal, most))

    async def export_audit(
        self, write: Callable[[bytes], object], *, private: bool, progress: Callable[[int, int], None]
    ) -> None:
        """Write out the whole audit, to be verified without the database; `progress` hears of events."""
        await self._ring.load()
        now = to_stamp(self._store.clock())

        def run(connection: Connection) -> None:
            keys = jwks(self._ring.public())
            for line in export_lines(
                connection, keys=keys, sign=self._signed, at=now, private=private, progress=progress
            ):
                write(line)

        await self._store.query(run)

    def _signed(self, statement: bytes) -> tuple[str, str]:
        kid, signature = self._ring.sign(statement)
        return kid, base64.urlsafe_b64encode(signature).decode("ascii")

    async def backtest(
        self, candidate: Policy, query: BacktestQuery, progress: Callable[[int, int], None]
    ) -> Tally:
        """Replay what is stored under a candidate; `progress` hears of requests done and in all."""

        def run(connection: Connection) -> Tally:
            replay, total = Replay(candidate), past.how_many(connection, query)
            replay.run(_counted(past.stream(connection, query), total, progress), query)
            return replay.tally

        return await self._store.query(run)


def _counted(found: Iterable[T], total: int, progress: Callable[[int, int], None]) -> Iterator[T]:
    for done, one in enumerate(found, start=1):
        yield one
        if done % _REPORT_EVERY == 0 or done == total:
            progress(done, total)


@asynccontextmanager
async def admin(settings: Settings) -> AsyncIterator[Admin]:
    """Open the database for a visit, brought up to date first."""
    migrate(settings.database_url)
    store = SqlStore(settings.database_url, clock=lambda: datetime.now(UTC), directory=Directory)
    store.listen()
    try:
        yield Admin(settings, store)
    finally:
        store.close()
