"""What platforms said of groups, as rows."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, select

from bot.domain.directory import Identity
from bot.domain.memberships import Membership
from storage import codec
from storage.fact_tables import MembershipRow
from storage.stamps import from_stamp

#: under which its version is kept
KIND = "memberships"

_group = MembershipRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it at class creation


def load(connection: Connection) -> Mapping[str, Membership]:
    """Everything that was ever read, by source."""
    rows = connection.execute(select(_group).where(_group.c.fetched_at > 0))
    return {
        row.source: Membership(
            group=row.source,
            accounts=tuple(codec.from_text(row.accounts, list[Identity])),
            fetched_at=from_stamp(row.fetched_at),
            fault=row.fault,
        )
        for row in rows
    }
