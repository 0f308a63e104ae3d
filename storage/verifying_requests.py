"""Whether requests, packets and receipts say what their audit events say.

The chain proves the events; whoever asks for a request is answered from its row. So the events are
told again, and the row, the packet and the receipt are held against them.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, and_, select

from bot.canonical import NotCanonical, digest
from bot.domain.events import EventKind
from bot.domain.request import Progress, Proposal
from bot.domain.status import DecisionType, Status
from storage import codec
from storage.audit_tables import AuditRow
from storage.tables import ApprovalRow, PacketRow, ReceiptRow
from storage.verifying_seals import IsSigned

_audit = AuditRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it at class creation
_approval = ApprovalRow.__table__  # type: ignore[attr-defined]  # likewise
_packet = PacketRow.__table__  # type: ignore[attr-defined]  # likewise
_receipt = ReceiptRow.__table__  # type: ignore[attr-defined]  # likewise

_ENDS = {EventKind.REQUEST_EXPIRED: Status.EXPIRED, EventKind.REQUEST_CANCELLED: Status.CANCELLED}
_TELLING = (
    EventKind.REQUEST_SUBMITTED,
    EventKind.REQUEST_EDITED,
    EventKind.REQUEST_RULED,
    EventKind.REQUEST_DECIDED,
    EventKind.APPROVAL_REDEEMED,
    EventKind.OUTCOME_REPORTED,
    EventKind.REQUEST_ERASED,
    *_ENDS,
)


@dataclass(slots=True)
class _Story:
    """A request as its events tell it."""

    agent: str | None = None
    action: str | None = None
    digest: str | None = None
    revision: int = 1
    status: str = Status.PENDING.value
    decision: str | None = None
    deciders: tuple[str, ...] = ()
    decided_in: str | None = None
    redemption: str | None = None
    outcome: str | None = None
    is_erased: bool = False

    def tell(self, event: Row[Any]) -> None:
        """Go on by one event."""
        kind, facts = EventKind(event.kind), codec.from_text(event.facts, dict[str, Any])
        if kind is EventKind.REQUEST_SUBMITTED:
            self.agent, self.action = event.actor.removeprefix("agent:"), facts["action"]
            self.digest = facts["digest"]
        elif kind is EventKind.REQUEST_EDITED:
            self.revision, self.digest = facts["revision"], facts["digest"]
        elif kind is EventKind.APPROVAL_REDEEMED:
            self.redemption = facts["redemption_id"]
        elif kind is EventKind.OUTCOME_REPORTED:
            self.outcome = facts["status"]
        elif kind is EventKind.REQUEST_ERASED:
            self.is_erased = True
        elif kind in _ENDS:
            self.status = _ENDS[kind].value
        else:
            self._decided(event, facts)

    def _decided(self, event: Row[Any], facts: dict[str, Any]) -> None:
        self.decision, self.deciders = facts["decision"], tuple(facts.get("by", ()))
        is_no = self.decision == DecisionType.REJECT.value
        self.status = (Status.REJECTED if is_no else Status.APPROVED).value
        self.decided_in = event.hash


def contradictions(connection: Connection, is_signed: IsSigned) -> Iterator[str]:
    """A sentence for every request whose row, packet or receipt is not what its events tell."""
    for request_id, rows in groupby(_rows(connection), key=lambda row: row.id):
        events = list(rows)
        try:
            wrong = _wrong(events, is_signed)
        except (ValueError, KeyError, TypeError):
            # Events that cannot be read are found by their hashes; a row that cannot be is found here.
            wrong = ["content"]
        if wrong:
            yield f"{request_id}: its {', '.join(wrong)} cannot be what its events tell; the row was changed."


def _rows(connection: Connection) -> Iterator[Row[Any]]:
    """Every request, packet and receipt beside each event that tells of it, in order."""
    told = and_(_audit.c.subject == _approval.c.id, _audit.c.kind.in_([kind.value for kind in _TELLING]))
    shown = and_(_packet.c.request_id == _approval.c.id, _packet.c.revision == _approval.c.revision)
    joined = (
        _approval.outerjoin(_audit, told)
        .outerjoin(_packet, shown)
        .outerjoin(_receipt, _receipt.c.request_id == _approval.c.id)
    )
    of_request = [_approval.c[name] for name in ("id", "agent", "action", "status", "revision")]
    of_event = [_audit.c[name] for name in ("kind", "actor", "facts", "hash")]
    documents = [_approval.c.proposal, _approval.c.progress, _packet.c.packet, _receipt.c.receipt]
    query = select(*of_request, *of_event, *documents).select_from(joined)
    return iter(
        connection.execute(query.order_by(_approval.c.id, _audit.c.seq), execution_options={"yield_per": 500})
    )


def _wrong(events: list[Row[Any]], is_signed: IsSigned) -> list[str]:
    """What does not fit, by name."""
    row, story = events[0], _Story()
    for event in events:
        if event.kind is not None:
            story.tell(event)
    proposal, progress = codec.proposal(row.proposal), codec.progress(row.progress)
    stands = _as_stored(row, proposal, progress)
    wrong = [name for name, value in stands.items() if getattr(story, name) != value]
    if not _is_packet_of(row, story):
        wrong.append("packet")
    if row.receipt is not None and not _is_receipt_of(row, story, is_signed):
        wrong.append("receipt")
    return wrong


def _as_stored(row: Row[Any], proposal: Proposal, progress: Progress) -> dict[str, Any]:
    """The story's fields as the request's row has them."""
    decision, redemption, outcome = progress.decision, progress.redemption, progress.outcome
    return {
        "agent": row.agent,
        "action": proposal.action if proposal.action == row.action else None,
        "digest": proposal.digest,
        "revision": row.revision,
        "status": row.status,
        "decision": decision.type.value if decision else None,
        "deciders": decision.by if decision else (),
        "redemption": redemption.id if redemption else None,
        "outcome": outcome.status.value if outcome else None,
        "is_erased": progress.erased_at is not None,
    }


def _is_packet_of(row: Row[Any], story: _Story) -> bool:
    """Whether the packet has the arguments that were decided on, or none where these were erased."""
    if not story.is_erased:
        return _digest(row.packet) == story.digest
    action = None if row.packet is None else codec.packet(row.packet).action
    return action is not None and action.name == story.action and not action.arguments


def _digest(packet: str | None) -> str | None:
    if packet is None:
        return None
    action = codec.packet(packet).action
    try:
        return digest(action.name, action.arguments)
    except NotCanonical:
        return None


def _is_receipt_of(row: Row[Any], story: _Story, is_signed: IsSigned) -> bool:
    """Whether a compact JWS (RFC 7515) is signed by us and names the request and its deciding event."""
    signed, _, signature = row.receipt.rpartition(".")
    header, _, payload = signed.partition(".")
    kid = _part(header).get("kid")
    if not isinstance(kid, str) or not is_signed(kid, signed.encode(), _padded(signature)):
        return False
    claims = _part(payload)
    named = tuple(claims.get(name) for name in ("jti", "event_hash", "digest", "decision"))
    return named == (row.id, story.decided_in, story.digest, story.decision)


def _part(text: str) -> dict[str, Any]:
    try:
        return msgspec.json.decode(base64.urlsafe_b64decode(_padded(text)), type=dict[str, Any])
    except ValueError:
        return {}


def _padded(text: str) -> str:
    return text + "=" * (-len(text) % 4)
