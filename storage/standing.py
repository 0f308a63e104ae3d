"""A request as it is stored: what its row, packets and receipt say, without what anybody wrote in them.

This is what verification holds against the events, and what an export carries in the place of the request.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from operator import attrgetter
from typing import Any

import msgspec
from sqlalchemy import Column, Connection, Row, select

from bot.canonical import NotCanonical, digest
from bot.domain.packet import ProposedAction, ReviewPacket
from bot.domain.request import Progress
from storage import codec
from storage.promises import (
    IDEMPOTENCY,
    PROMISED,
    STATE,
    idempotency_promise,
    packet_name,
    packet_promise,
    state_promise,
)
from storage.streams import Beside, by_bytes, streamed
from storage.tables import ApprovalRow, PacketRow, ReceiptRow

_approval = ApprovalRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it at class creation
_packet = PacketRow.__table__  # type: ignore[attr-defined]  # likewise
_receipt = ReceiptRow.__table__  # type: ignore[attr-defined]  # likewise


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """One request."""

    id: str
    #: whether its row could not be read; nothing else is known then
    is_unreadable: bool = False
    #: the last event of its chain, as its row names it
    seq: int = 0
    head: str = ""
    agent: str | None = None
    action: str | None = None
    digest: str | None = None
    revision: int = 0
    status: str = ""
    decision: str | None = None
    deciders: tuple[str, ...] = ()
    redemption: str | None = None
    outcome: str | None = None
    #: None where its row is at odds with itself
    is_erased: bool | None = False
    #: the digest of what its current packet asks for
    shown: str | None = None
    #: whether all its packets hold nothing any more
    is_empty: bool = False
    #: of what is stored, by name
    promises: dict[str, str] = {}
    receipt: str | None = None


def standings(connection: Connection, only: str | None = None) -> Iterator[Standing]:
    """Every request, in the order of ids, or one; packets and receipts of none have one without a status."""
    packets = Beside(_streamed(connection, _packet.c.request_id, only, _packet.c.revision), _of_request)
    receipts = Beside(_streamed(connection, _receipt.c.request_id, only), _of_request)
    for row in _streamed(connection, _approval.c.id, only):
        own = packets.take(row.id)
        receipt = receipts.take(row.id)
        yield _standing(row, own, receipt[0].receipt if receipt else None)
        yield from _without_row([*packets.passed(), *receipts.passed()])
    yield from _without_row([*packets.rest(), *receipts.rest()])


def _streamed(
    connection: Connection, by: Column[Any], only: str | None, *then_by: Column[Any]
) -> Iterator[Row[Any]]:
    query = select(by.table).order_by(by_bytes(connection, by), *then_by)
    return streamed(connection, query if only is None else query.where(by == only))


def _without_row(ids: Sequence[str]) -> Iterator[Standing]:
    return (Standing(id=request_id) for request_id in ids)


_of_request = attrgetter("request_id")


def _standing(row: Row[Any], packets: Sequence[Row[Any]], receipt: str | None) -> Standing:
    try:
        proposal, progress = codec.proposal(row.proposal), codec.progress(row.progress)
        shown = next((_digest(each.packet) for each in packets if each.revision == row.revision), None)
        is_empty = bool(packets) and all(_is_empty(each.packet, proposal.action) for each in packets)
    except (ValueError, TypeError):
        return Standing(
            id=row.id, is_unreadable=True, status=row.status, seq=row.audit_seq, head=row.audit_head
        )
    return Standing(
        id=row.id,
        seq=row.audit_seq,
        head=row.audit_head,
        agent=row.agent,
        action=proposal.action if proposal.action == row.action else None,
        digest=proposal.digest,
        revision=row.revision,
        status=row.status,
        **_ends(progress),
        is_erased=_is_erased(row, progress),
        shown=shown,
        is_empty=is_empty,
        promises=_promises(row, packets),
        receipt=receipt,
    )


def _ends(progress: Progress) -> dict[str, Any]:
    decision, redemption, outcome = progress.decision, progress.redemption, progress.outcome
    return {
        "decision": decision.type.value if decision else None,
        "deciders": decision.by if decision else (),
        "redemption": redemption.id if redemption else None,
        "outcome": outcome.status.value if outcome else None,
    }


def _is_erased(row: Row[Any], progress: Progress) -> bool | None:
    """None where the row is at odds with itself."""
    erased = progress.erased_at is not None
    return erased if erased == (row.erased_at is not None) else None


def _is_empty(packet: str, action: str) -> bool:
    return codec.packet(packet) == ReviewPacket(action=ProposedAction(name=action), reasoning="")


def _digest(packet: str) -> str | None:
    action = codec.packet(packet).action
    try:
        return digest(action.name, action.arguments)
    except NotCanonical:
        return None


def _promises(row: Row[Any], packets: Sequence[Row[Any]]) -> dict[str, str]:
    """What events would promise of what is stored now."""
    if row.salts is None:
        return {}
    found = {packet_name(each.revision): packet_promise(row.salts, each.packet) for each in packets}
    if row.idempotency_key is not None:
        found[IDEMPOTENCY] = idempotency_promise(row.salts, row.idempotency_key, row.body_digest)
    return {**found, STATE: state_promise(row.salts, {name: getattr(row, name) for name in PROMISED})}
