"""Installations of the Slack app: kept, replaced and revoked; each change is an audit event."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select, update

from bot.domain.events import Event, EventKind
from bot.installations import Installation
from bot.secrets import SecretBox, Undecipherable
from storage.context import Batch
from storage.installation_tables import InstallationRow, InstallStateRow
from storage.reachability import lose, regain
from storage.stamps import from_stamp, to_stamp
from storage.store import SqlStore
from storage.subject_chain import lock, record
from storage.upsert import insert_new

PLATFORM = "slack"

_log = logging.getLogger(__name__)

_known = InstallationRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it at class creation
_state = InstallStateRow.__table__  # type: ignore[attr-defined]  # likewise


class Installations:
    """`bot.installations.InstallationBook` in the database; tokens are encrypted."""

    def __init__(self, store: SqlStore, box: SecretBox) -> None:
        self._store = store
        self._box = box

    async def keep(self, installation: Installation) -> None:
        """Remember a new installation, or the new token of one; what waited for it is sent again."""
        tenant = installation.tenant
        row = self._written(installation)

        def run(connection: Connection, batch: Batch) -> None:
            lock(connection, _subject(tenant))
            before = _get(connection, tenant)
            if before is not None and before.installed_at >= row["installed_at"]:
                return  # this very call, run again after a COMMIT in doubt, or a later installation
            insert_new(connection, _known, [{**row, "change": 0}])
            whole = {**row, "change": _next_change(connection, batch)}
            connection.execute(update(_known).where(_known.c.tenant == tenant).values(whole))
            event = Event(
                kind=EventKind.INSTALLATION_ADDED,
                actor=f"{PLATFORM}:{tenant}/{installation.installed_by}",
                facts={"tenant": tenant, "scopes": list(installation.scopes)},
                private={"name": installation.name} if installation.name else {},
            )
            record(connection, batch, _subject(tenant), event)
            if before is not None and before.revoked_at is not None:
                regain(connection, batch, f"{PLATFORM}:{tenant}/", since=before.revoked_at)

        await self._store.write(run)

    async def revoke(self, tenant: str, token: str | None, why: str) -> bool:
        """Forget the token of a workspace, and give up what was to be sent there; whether it had one.

        With a token, nothing happens when the workspace has another one by now.
        """

        def run(connection: Connection, batch: Batch) -> bool:
            lock(connection, _subject(tenant))
            before = _get(connection, tenant)
            if before is None or before.revoked_at is not None:
                return False
            if token is not None and self._opened(before) != token:
                return False
            changes = {"token": "", "revoked_at": batch.stamp, "change": _next_change(connection, batch)}  # nosec B105  # the token is taken away
            connection.execute(update(_known).where(_known.c.tenant == tenant).values(changes))
            facts = {"tenant": tenant, "why": why}
            event = Event(kind=EventKind.INSTALLATION_REVOKED, actor=PLATFORM, facts=facts)
            record(connection, batch, _subject(tenant), event)
            lose(connection, batch, f"{PLATFORM}:{tenant}/")
            return True

        return await self._store.write(run)

    async def all(self) -> Sequence[Installation]:
        """Every installation that there was, revoked ones too, but for those whose token cannot be read."""

        def run(connection: Connection) -> list[Row[Any]]:
            return list(connection.execute(select(_known).order_by(_known.c.tenant)))

        found = [self._read(row) for row in await self._store.query(run)]
        return [each for each in found if each is not None]

    async def changed_at(self) -> int:
        """A number that grows with every change, so that other processes notice."""
        return await self._store.query(_latest_change)

    async def use_state(self, state: str, until: datetime) -> bool:
        """Use up what a browser brings back from Slack; False when it was used before.

        So it is after a COMMIT in doubt, too: then the installation is begun again.
        """
        row = {"state_hash": hashlib.sha256(state.encode()).hexdigest(), "expires_at": to_stamp(until)}
        return await self._store.write(lambda connection, _: insert_new(connection, _state, [row]) == 1)

    def _written(self, installation: Installation) -> dict[str, Any]:
        return {
            "tenant": installation.tenant,
            "enterprise": installation.enterprise,
            "name": installation.name,
            "token": self._box.encrypt(installation.bot_token),
            "bot_user": installation.bot_user,
            "bot_id": installation.bot_id,
            "app_id": installation.app_id,
            "scopes": ",".join(installation.scopes),
            "installed_by": installation.installed_by,
            "installed_at": to_stamp(installation.installed_at),
            "revoked_at": None,
        }

    def _opened(self, row: Row[Any]) -> str | None:
        """The token, None when no key of ours opens it."""
        try:
            return self._box.decrypt(row.token) if row.token else ""
        except Undecipherable as error:
            _log.error("The token of the Slack workspace %s cannot be read: %s", row.tenant, error.sentence)
            return None

    def _read(self, row: Row[Any]) -> Installation | None:
        token = self._opened(row)
        if token is None:
            return None
        return Installation(
            tenant=row.tenant,
            enterprise=row.enterprise,
            name=row.name,
            bot_token=token,
            bot_user=row.bot_user,
            bot_id=row.bot_id,
            app_id=row.app_id,
            scopes=tuple(filter(None, row.scopes.split(","))),
            installed_by=row.installed_by,
            installed_at=from_stamp(row.installed_at),
            revoked_at=None if row.revoked_at is None else from_stamp(row.revoked_at),
        )


def _get(connection: Connection, tenant: str) -> Row[Any] | None:
    return connection.execute(select(_known).where(_known.c.tenant == tenant)).one_or_none()


def _latest_change(connection: Connection) -> int:
    latest: int | None = connection.execute(select(func.max(_known.c.change))).scalar_one()
    return latest or 0


def _next_change(connection: Connection, batch: Batch) -> int:
    """Two changes in the same microsecond are two."""
    return max(batch.stamp, _latest_change(connection) + 1)


def _subject(tenant: str) -> str:
    return f"installation:{tenant}"
