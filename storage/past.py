"""Stored requests in the order in which they came, as a backtest reads them."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Row, and_, func, select

from bot.backtest.past import Past, verdict_of, went_wrong
from bot.backtest.query import BacktestQuery
from bot.domain import ids
from bot.domain.status import Held, Mode
from storage import codec
from storage.audit_tables import AuditRow
from storage.stamps import from_stamp
from storage.tables import ApprovalRow, PacketRow

_approval = ApprovalRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it at class creation
_packet = PacketRow.__table__  # type: ignore[attr-defined]  # likewise
_audit = AuditRow.__table__  # type: ignore[attr-defined]  # likewise


class _Submitted(msgspec.Struct):
    """The ruling as the event of the submission tells it; edits change nothing here."""

    mode: Mode
    rule: str
    policy_version: str
    held: Held | None = None
    history: dict[str, str] = {}


#: rows that are held in memory at a time
_AT_ONCE = 1000


def how_many(connection: Connection, query: BacktestQuery) -> int:
    """How many requests there are, those included whose packets were erased."""
    counted = select(func.count()).select_from(_approval).where(*_meant(query))
    return int(connection.execute(counted).scalar_one())


def stream(connection: Connection, query: BacktestQuery) -> Iterator[Past | None]:
    """Requests, oldest first; None for one whose packet was erased."""
    first_packet = and_(_packet.c.request_id == _approval.c.id, _packet.c.revision == 1)
    first_event = and_(_audit.c.subject == _approval.c.id, _audit.c.seq == 1)
    rows = (
        select(_approval, _packet.c.packet.label("asked"), _audit.c.facts.label("submitted"))
        .outerjoin(_packet, first_packet)
        .join(_audit, first_event)
        .where(*_meant(query))
        .order_by(_approval.c.id)
    )
    for row in connection.execute(rows, execution_options={"yield_per": _AT_ONCE}):
        yield None if row.asked is None or row.erased_at is not None else _past(row)


def _meant(query: BacktestQuery) -> list[ColumnElement[bool]]:
    """All before its end: what came before its beginning, and other agents' requests, count as history."""
    if query.until is None:
        return []
    return [_approval.c.id < ids.first_at(ids.REQUEST, query.until.timestamp())]


def _past(row: Row[Any]) -> Past:
    proposal, progress = codec.proposal(row.proposal), codec.progress(row.progress)
    ruled = codec.from_text(row.submitted, _Submitted)
    return Past(
        id=row.id,
        agent=row.agent,
        created_at=from_stamp(row.created_at),
        packet=codec.packet(row.asked),
        route=proposal.chosen_route,
        mode=ruled.mode,
        rule=ruled.rule,
        policy_version=ruled.policy_version,
        paused=ruled.held is Held.PAUSED,
        history={name: _number(text) for name, text in ruled.history.items()},
        verdict=verdict_of(progress),
        decided_at=None if row.answered_at is None else from_stamp(row.answered_at),
        went_wrong=went_wrong(progress),
    )


def _number(text: str) -> int | Decimal:
    return int(text) if text.isdecimal() else Decimal(text)
