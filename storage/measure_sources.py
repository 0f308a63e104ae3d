"""What the measures of requests are made from: the requests, their packets, who looked at them when."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, and_, func, select

from bot.domain.events import EventKind
from bot.domain.measures.measure import Measure
from bot.domain.measures.measuring import LONGEST_VERSION, PacketFacts
from bot.domain.measures.reading import length
from bot.domain.request import ApprovalRequest
from bot.domain.text import inert
from storage import codec, mapping
from storage.among import Lookup
from storage.audit_tables import AuditRow
from storage.measure_rows import to_measure
from storage.measure_tables import MeasureRow, MeasureVoteRow
from storage.stamps import from_stamp
from storage.tables import ApprovalRow, PacketRow
from storage.terms_book import TermsBook

_PERSON = "person:"
#: what a person does only after a look at the request
_LOOKS = (
    EventKind.VIEW_OPENED,
    EventKind.REQUEST_CLAIMED,
    EventKind.QUESTION_ASKED,
    EventKind.VOTE_CAST,
    EventKind.REQUEST_EDITED,
)

_audit = AuditRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it at class creation
_approval = ApprovalRow.__table__  # type: ignore[attr-defined]  # likewise
_packet = PacketRow.__table__  # type: ignore[attr-defined]  # likewise
_measure = MeasureRow.__table__  # type: ignore[attr-defined]  # likewise
_vote = MeasureVoteRow.__table__  # type: ignore[attr-defined]  # likewise

_requests = Lookup(lambda among: select(_approval).where(among(_approval.c.id)))
_packets = Lookup(
    lambda among: (
        select(_packet.c.request_id, _packet.c.packet)
        .join(
            _approval,
            and_(_approval.c.id == _packet.c.request_id, _approval.c.revision == _packet.c.revision),
        )
        .where(among(_packet.c.request_id))
    )
)
_looks = Lookup(
    lambda among: (
        select(_audit.c.subject, _audit.c.actor, func.min(_audit.c.at).label("at"))
        .where(among(_audit.c.subject), _audit.c.kind.in_([kind.value for kind in _LOOKS]))
        .group_by(_audit.c.subject, _audit.c.actor)
    )
)
_measures = Lookup(lambda among: select(_measure).where(among(_measure.c.request_id)))
_votes = Lookup(lambda among: select(_vote).where(among(_vote.c.request_id)))

_log = logging.getLogger(__name__)


def requests(connection: Connection, terms: TermsBook, ids: Sequence[str]) -> list[ApprovalRequest]:
    """The requests that are still there; one that cannot be read is passed over, and said."""
    rows = _requests.rows(connection, ids)
    known = terms.load(connection, {row.terms for row in rows})
    found = []
    for row in rows:
        try:
            found.append(mapping.to_request(row, known[row.terms]))
        except (msgspec.DecodeError, KeyError, ValueError):
            _log.exception("A request cannot be read, so it is not measured.", extra={"request_id": row.id})
    return found


def measures(connection: Connection, ids: Sequence[str]) -> dict[str, Measure]:
    """What was measured of them before."""
    votes: defaultdict[str, list[Any]] = defaultdict(list)
    for vote in _votes.rows(connection, ids):
        votes[vote.request_id].append(vote)
    rows = _measures.rows(connection, ids)
    return {row.request_id: to_measure(row, votes[row.request_id]) for row in rows}


def looks(connection: Connection, ids: Sequence[str]) -> Mapping[str, Mapping[str, datetime]]:
    """When each person first looked at each request."""
    found: defaultdict[str, dict[str, datetime]] = defaultdict(dict)
    for row in _looks.rows(connection, ids):
        if row.actor.startswith(_PERSON):
            found[row.subject][row.actor.removeprefix(_PERSON)] = from_stamp(row.at)
    return found


def packet_facts(
    connection: Connection, asked: Iterable[ApprovalRequest], before: Mapping[str, Measure]
) -> dict[str, PacketFacts]:
    """What is measured of their packets: as before, unless the revision is another."""
    facts, new = {}, {}
    for request in asked:
        known = before.get(request.id)
        if known is not None:
            facts[request.id] = _kept(known)
        if known is None or known.revision != request.revision:
            new[request.id] = request
    for row in _packets.rows(connection, new):
        read = _read(row.packet, new[row.request_id])
        if read is not None:
            facts[row.request_id] = read
    return facts


def _kept(measure: Measure) -> PacketFacts:
    return PacketFacts(
        agent_version=measure.agent_version, confidence=measure.confidence, length=measure.length
    )


def _read(text: str, request: ApprovalRequest) -> PacketFacts | None:
    try:
        packet = codec.packet(text)
    except msgspec.DecodeError:
        return None
    stated = packet.signals.confidence
    return PacketFacts(
        agent_version=inert(packet.agent_version or "", limit=LONGEST_VERSION, lines=1),
        confidence=None if stated is None else min(1000, max(0, round(stated * 1000))),
        length=length(packet, request.proposal.summary),
    )
