"""Browser sessions and one-time sign-in links; only hashes of tokens are stored."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, select, update

from bot.sign_ins import LINK_LIFETIME, SESSION_LIFETIME, SignIn
from storage.access_tables import WebLinkRow, WebSessionRow
from storage.context import Batch
from storage.stamps import from_stamp, to_stamp
from storage.store import SqlStore
from storage.upsert import insert_new

_link = WebLinkRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it at class creation
_session = WebSessionRow.__table__  # type: ignore[attr-defined]  # likewise


class WebSessions:
    """Who is signed in to the browser inbox."""

    def __init__(self, store: SqlStore) -> None:
        self._store = store

    async def create_link(self, person: str, goal: str = "") -> str:
        """A token that signs a person in once, within ten minutes, and leads to its goal."""
        token = secrets.token_urlsafe(32)

        def run(connection: Connection, batch: Batch) -> None:
            row = {"token_hash": _hash(token), "person": person, "goal": goal}
            insert_new(connection, _link, [{**row, "expires_at": batch.stamp + _us(LINK_LIFETIME)}])

        await self._store.write(run)
        return token

    async def redeem_link(self, token: str, device: str = "") -> str | None:
        """The token of a new session, None when the link is unknown, used or too old."""
        session = secrets.token_urlsafe(32)

        def run(connection: Connection, batch: Batch) -> str | None:
            fresh = update(_link).where(
                _link.c.token_hash == _hash(token),
                _link.c.used_at.is_(None),
                _link.c.expires_at > batch.stamp,
            )
            person = connection.execute(
                fresh.values(used_at=batch.stamp).returning(_link.c.person)
            ).scalar_one_or_none()
            if person is None:
                # Perhaps it was this very call, run again after a COMMIT in doubt, that used it.
                began = select(_session.c.person).where(_session.c.token_hash == _hash(session))
                return session if connection.execute(began).first() else None
            row = {"token_hash": _hash(session), "person": person, "device": device}
            times = {"created_at": batch.stamp, "expires_at": batch.stamp + _us(SESSION_LIFETIME)}
            connection.execute(_session.insert(), [row | times])
            return session

        return await self._store.write(run)

    async def leads_to(self, link: str) -> str:
        """The request or the page that a link was made for; empty for none."""

        def run(connection: Connection) -> str:
            query = select(_link.c.goal).where(_link.c.token_hash == _hash(link))
            return connection.execute(query).scalar_one_or_none() or ""

        return await self._store.query(run)

    async def session(self, token: str) -> str | None:
        """The person of a session, None when it is unknown or over."""
        now = to_stamp(self._store.clock())

        def run(connection: Connection) -> str | None:
            query = select(_session.c.person).where(
                _session.c.token_hash == _hash(token), _session.c.expires_at > now
            )
            return connection.execute(query).scalar_one_or_none()

        return await self._store.query(run)

    async def end(self, token: str) -> None:
        """Sign out."""

        def run(connection: Connection, _: Batch) -> None:
            connection.execute(delete(_session).where(_session.c.token_hash == _hash(token)))

        await self._store.write(run)

    async def of_person(self, person: str) -> Sequence[SignIn]:
        """Every session of a person that is open, newest first."""
        now = to_stamp(self._store.clock())

        def run(connection: Connection) -> list[SignIn]:
            query = select(_session).where(_session.c.person == person, _session.c.expires_at > now)
            newest_first = query.order_by(_session.c.created_at.desc(), _session.c.token_hash)
            return [_sign_in(row) for row in connection.execute(newest_first)]

        return await self._store.query(run)

    async def end_all(self, person: str) -> None:
        """Sign a person out everywhere, and void the links that they have not used."""

        def run(connection: Connection, batch: Batch) -> None:
            connection.execute(delete(_session).where(_session.c.person == person))
            unused = update(_link).where(_link.c.person == person, _link.c.used_at.is_(None))
            connection.execute(unused.values(used_at=batch.stamp))

        await self._store.write(run)


def _sign_in(row: Row[Any]) -> SignIn:
    return SignIn(
        id=row.token_hash[:16],
        device=row.device,
        created_at=from_stamp(row.created_at),
        expires_at=from_stamp(row.expires_at),
    )


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()


def _us(duration: timedelta) -> int:
    return round(duration.total_seconds() * 1_000_000)
