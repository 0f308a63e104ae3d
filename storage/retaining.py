"""Retention: requests that were over for as long as the policy keeps them are erased, a few at a time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import Connection, select

from bot.domain.retention import Retention
from storage.audit_tables import LeaseRow
from storage.context import Batch
from storage.erasing import erase
from storage.stamps import to_stamp
from storage.tables import ApprovalRow
from storage.upsert import insert_new

#: requests in one transaction: each redraws its cards, and no caller waits for housekeeping
AT_ONCE = 50
#: how many requests past their time are looked at for those that can be erased
_MOST_LOOKED_AT = 500

_approval = ApprovalRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it at class creation
_lease = LeaseRow.__table__  # type: ignore[attr-defined]  # likewise


def retain(connection: Connection, batch: Batch, retention: Retention) -> int:
    """Erase what is past its time; how many requests. Another process at work on it means 0."""
    if retention.is_for_ever or not _is_ours(connection):
        return 0
    erased = 0
    for action in _actions(connection):
        kept = retention.of(action)
        if kept is not None and erased < AT_ONCE:
            erased += _of_action(connection, batch, action, kept, AT_ONCE - erased)
    return erased


def _of_action(connection: Connection, batch: Batch, action: str, kept: timedelta, most: int) -> int:
    query = select(_approval.c.id).where(
        _approval.c.action == action,
        _approval.c.ended_at <= to_stamp(batch.now - kept),
        _approval.c.ended_at.is_not(None),
        _approval.c.erased_at.is_(None),
    )
    oldest = query.order_by(_approval.c.ended_at).limit(_MOST_LOOKED_AT)
    found, erased = list(connection.execute(oldest).scalars()), 0
    # Some may have to wait, for an agent that is still to be told: whoever is behind them does not.
    while found and erased < most:
        taken, found = found[: most - erased], found[most - erased :]
        erased += len(erase(connection, batch, taken, "retention"))
    return erased


def _actions(connection: Connection) -> Iterator[str]:
    """Actions of requests that are over and not erased, each found by one step through the index."""
    over = (_approval.c.ended_at.is_not(None), _approval.c.erased_at.is_(None))
    last = ""
    while True:
        query = select(_approval.c.action).where(*over, _approval.c.action > last)
        found = connection.execute(query.order_by(_approval.c.action).limit(1)).scalar_one_or_none()
        if found is None:
            return
        last = found
        yield found


def _is_ours(connection: Connection) -> bool:
    """Take this work's row for this transaction, unless another process has it."""
    insert_new(connection, _lease, [{"name": "retention", "holder": "", "until": 0}])
    query = select(_lease.c.name).where(_lease.c.name == "retention").with_for_update(skip_locked=True)
    return connection.execute(query).one_or_none() is not None
