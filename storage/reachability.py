"""Places that are lost all at once, and come back: what was to be sent there is given up, then sent again."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, case, or_, select, update

from storage.context import Batch
from storage.tables import ApprovalRow, CardRow

_card = CardRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it at class creation
_approval = ApprovalRow.__table__  # type: ignore[attr-defined]  # likewise


def lose(connection: Connection, batch: Batch, prefix: str) -> None:
    """Look at every copy of a pending request whose destination begins so: the worker finds out it is dead.

    What follows, the next step above all, then follows as for any destination that dies.
    """
    lost = and_(_under(prefix), _card.c.state != "undeliverable", _pending())
    # What is under way finds out by itself.
    is_leased = and_(_card.c.leased_until.is_not(None), _card.c.leased_until > batch.stamp)
    due_at = case((is_leased, _card.c.due_at), else_=batch.stamp)
    connection.execute(update(_card).where(lost).values(due_at=due_at))
    batch.has_effects = True


def regain(connection: Connection, batch: Batch, prefix: str, *, since: int) -> None:
    """Send again what was given up since (microseconds since 1970): what stands there, or is still wanted."""
    ended_since = _card.c.request_id.in_(select(_approval.c.id).where(_approval.c.ended_at >= since))
    given_up = and_(
        _under(prefix),
        _card.c.state == "undeliverable",
        or_(_pending(), and_(_card.c.message.is_not(None), ended_since)),
    )
    again: dict[str, Any] = {
        "state": case((_card.c.message.is_(None), "wanted"), else_="posted"),
        # As if it never stood, so that the request learns that it does.
        "shown_version": 0,
        "due_at": batch.stamp,
        "attempts": 0,
        "why": None,
    }
    connection.execute(update(_card).where(given_up).values(again))
    batch.has_effects = True


def _under(prefix: str) -> ColumnElement[bool]:
    begins: ColumnElement[bool] = _card.c.destination.startswith(prefix, autoescape=True)
    return begins


def _pending() -> ColumnElement[bool]:
    pending: ColumnElement[bool] = _card.c.request_id.in_(
        select(_approval.c.id).where(_approval.c.ended_at.is_(None))
    )
    return pending
