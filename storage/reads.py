"""Reads of committed state: one request, lists, copies, and what a waiting agent is told."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, select

from bot.domain.forecast import Turnaround
from bot.domain.packet import ReviewPacket
from bot.domain.precedence import place
from bot.domain.request import ApprovalRequest
from bot.domain.said import Said
from bot.domain.status import Status
from bot.ports import Copy, Stored
from storage import codec, mapping
from storage.among import Lookup
from storage.audit_tables import AuditRow
from storage.prepared import Later
from storage.saying import said_about
from storage.stamps import from_stamp, to_stamp
from storage.tables import ApprovalRow, CardRow, PacketRow, ReceiptRow
from storage.terms_book import TermsBook

_approval = ApprovalRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it at class creation
_packet = PacketRow.__table__  # type: ignore[attr-defined]  # likewise
_card = CardRow.__table__  # type: ignore[attr-defined]  # likewise
_audit = AuditRow.__table__  # type: ignore[attr-defined]  # likewise
_receipt = ReceiptRow.__table__  # type: ignore[attr-defined]  # likewise

_requests = Lookup(lambda among: select(_approval).where(among(_approval.c.id)))
_packets = Lookup(lambda among: select(_packet).where(among(_packet.c.request_id)))
_copies = Lookup(
    lambda among: select(_card).where(among(_card.c.request_id)).order_by(_card.c.created_at, _card.c.id)
)
_shown_at = Lookup(
    lambda among: select(_card.c.request_id, _card.c.destination).where(among(_card.c.message))
)

#: kinds of the events that decide; a request has at most one of them
DECIDING = ("request.decided", "request.ruled")
#: how many recent turnarounds an expected wait is taken from
RECENT = 50
#: counting the queue stops here
LONGEST_QUEUE = 1000


@dataclass(frozen=True, slots=True)
class Packets:
    """The packet of one revision, and the first one when that is another."""

    current: ReviewPacket
    original: ReviewPacket | None

    def stored(self, request: ApprovalRequest, said: tuple[Said, ...] = ()) -> Stored:
        """A request with these packets, and what was said about it."""
        return Stored(request=request, packet=self.current, original=self.original, said=said)


def packets_of(connection: Connection, requests: Iterable[ApprovalRequest]) -> dict[tuple[str, int], Packets]:
    """The packets of requests, by id and revision."""
    wanted = {(request.id, request.revision) for request in requests}
    packets = ask_packets(connection, {request for request, _ in wanted})()
    return {(request, revision): packets(request, revision) for request, revision in wanted}


def ask_packets(connection: Connection, request_ids: Iterable[str]) -> Later[Callable[[str, int], Packets]]:
    """What knows the packets of requests, by id and revision; asked for now."""
    asked = _packets.ask(connection, sorted(request_ids))

    def answered() -> Callable[[str, int], Packets]:
        texts = {(row.request_id, row.revision): row.packet for row in asked()}

        def packets(request_id: str, revision: int) -> Packets:
            current = codec.packet(texts[request_id, revision])
            return Packets(current, codec.packet(texts[request_id, 1]) if revision > 1 else None)

        return packets

    return answered


def read(connection: Connection, terms: TermsBook, request_id: str) -> Stored | None:
    """One request with its packet."""
    return next(iter(_stored(connection, terms, _requests.rows(connection, [request_id]))), None)


def listing(
    connection: Connection,
    terms: TermsBook,
    *,
    agent: str | None,
    status: Status | None,
    before: str | None,
    limit: int,
) -> list[Stored]:
    """Requests, newest first, with ids smaller than `before`."""
    conditions: list[ColumnElement[bool]] = []
    if agent is not None:
        conditions.append(_approval.c.agent == agent)
    if status is Status.PENDING:
        conditions.append(_approval.c.ended_at.is_(None))
    elif status is not None:
        conditions += (_approval.c.ended_at.is_not(None), _approval.c.status == status.value)
    if before is not None:
        conditions.append(_approval.c.id < before)
    newest = select(_approval).where(*conditions).order_by(_approval.c.id.desc()).limit(limit)
    return _stored(connection, terms, connection.execute(newest).all())


def open_samples(connection: Connection, terms: TermsBook, limit: int) -> list[Stored]:
    """Requests that are over and of which only the quality check still runs, newest first."""
    # What is over has no other timer, so that the due-time tells it along an index of its own.
    running = _approval.c.ended_at.is_not(None), _approval.c.due_at.is_not(None)
    newest = select(_approval).where(*running).order_by(_approval.c.id.desc()).limit(limit)
    found = _stored(connection, terms, connection.execute(newest).all())
    return [stored for stored in found if stored.request.is_blind]


def ended_since(
    connection: Connection, terms: TermsBook, moment: datetime, limit: int
) -> list[ApprovalRequest]:
    """Requests that ended after a moment, latest first."""
    latest = select(_approval).where(_approval.c.ended_at >= to_stamp(moment))
    rows = connection.execute(latest.order_by(_approval.c.ended_at.desc()).limit(limit)).all()
    known = terms.load(connection, (row.terms for row in rows))
    return [mapping.to_request(row, known[row.terms]) for row in rows]


def _stored(connection: Connection, terms: TermsBook, rows: Sequence[Row[Any]]) -> list[Stored]:
    known = terms.load(connection, (row.terms for row in rows))
    requests = [mapping.to_request(row, known[row.terms]) for row in rows]
    packets = packets_of(connection, requests)
    return [
        packets[request.id, request.revision].stored(
            request, said_about(connection, request.id) if request.progress.said else ()
        )
        for request in requests
    ]


def packet(connection: Connection, request_id: str, revision: int) -> ReviewPacket | None:
    """The packet of one revision."""
    query = select(_packet.c.packet).where(_packet.c.request_id == request_id, _packet.c.revision == revision)
    text = connection.execute(query).scalar_one_or_none()
    return None if text is None else codec.packet(text)


def copies(connection: Connection, request_id: str) -> list[Copy]:
    """The copies of a request's card."""
    rows = _copies.rows(connection, [request_id])
    return [
        Copy(
            id=row.id,
            request_id=row.request_id,
            destination=row.destination,
            message=row.message,
            shown_version=row.shown_version,
            state=row.state,
            why=row.why,
        )
        for row in rows
    ]


def request_at(connection: Connection, platform: str, message: str) -> str | None:
    """The request whose card is this message, None for any other; a message that shows several is none's."""
    rows = _shown_at.rows(connection, [message])
    found = {row.request_id for row in rows if row.destination.startswith(f"{platform}:")}
    return found.pop() if len(found) == 1 else None


def batch(connection: Connection, terms: TermsBook, batch_id: str) -> list[ApprovalRequest]:
    """The requests of a batch card, in the order of lists."""
    members = select(_card.c.request_id).where(_card.c.batch == batch_id)
    rows = connection.execute(select(_approval).where(_approval.c.id.in_(members))).all()
    known = terms.load(connection, (row.terms for row in rows))
    return sorted((mapping.to_request(row, known[row.terms]) for row in rows), key=place)


def decision_event(connection: Connection, request_id: str) -> str | None:
    """Hex hash of the event that decided a request."""
    query = select(_audit.c.hash).where(_audit.c.subject == request_id, _audit.c.kind.in_(DECIDING))
    return connection.execute(query).scalars().first()


def receipt(connection: Connection, request_id: str) -> str | None:
    """The stored receipt of a request."""
    query = select(_receipt.c.receipt).where(_receipt.c.request_id == request_id)
    return connection.execute(query).scalar_one_or_none()


def queue_ahead(connection: Connection, request: ApprovalRequest) -> int:
    """How many pending requests under the same escalation policy came before this one, of any agent."""
    ahead = select(_approval.c.id).where(
        _approval.c.ended_at.is_(None),
        _approval.c.escalation_policy == request.terms.escalation_policy,
        _approval.c.id < request.id,
    )
    counted = select(func.count()).select_from(ahead.limit(LONGEST_QUEUE).subquery())
    return int(connection.execute(counted).scalar_one())


def turnarounds(connection: Connection, request: ApprovalRequest) -> list[Turnaround]:
    """The latest requests under the same escalation policy that people decided."""
    query = (
        select(_approval.c.created_at, _approval.c.answered_at)
        .where(
            _approval.c.escalation_policy == request.terms.escalation_policy,
            _approval.c.answered_at.is_not(None),
        )
        .order_by(_approval.c.answered_at.desc())
        .limit(RECENT)
    )
    return [
        Turnaround(asked_at=from_stamp(row.created_at), decided_at=from_stamp(row.answered_at))
        for row in connection.execute(query)
    ]
