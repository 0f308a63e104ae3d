"""Intake: many submissions in one transaction.

Rows are inserted in one order in every process, and a conflict is passed over, so that no two
processes wait for each other; whoever loses is answered with the winner.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, exists, select

from bot.domain import lifecycle
from bot.domain.transition import Transition
from bot.submissions import Submission, Submitted
from storage import codec, mapping, promises
from storage.admission import refused
from storage.among import Lookup
from storage.audit import GENESIS, Chain
from storage.context import Batch
from storage.first_look import Arrivals
from storage.history_deciding import Foresight
from storage.many import inserting
from storage.promises import Promised
from storage.replays import earlier, forget
from storage.sheet import Sheet
from storage.tables import ApprovalRow, PacketRow

_approval = ApprovalRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it at class creation
_packet = PacketRow.__table__  # type: ignore[attr-defined]  # likewise

_has_packet = exists().where(_packet.c.request_id == _approval.c.id, _packet.c.revision == 1)
_new = Lookup(lambda among: select(_approval.c.id).where(among(_approval.c.id), ~_has_packet))
_new_requests = inserting(_approval, or_ignoring=True)


class LostSubmission(Exception):
    """A submission neither went in nor met the row that kept it out; the batch is rolled back."""


@dataclass(slots=True)
class _Arrival:
    """One submission, folded and ready to be written."""

    submission: Submission
    transition: Transition
    chain: Chain
    row: dict[str, Any]
    audit: list[dict[str, Any]]
    #: as its text
    packet: str


def intake(
    connection: Connection, submissions: Sequence[Submission], arriving: Arrivals, batch: Batch, sheet: Sheet
) -> list[Submitted]:
    """Store submissions with their audit events and effects; one answer each, in order."""
    answers = refused(connection, submissions, arriving.valid_keys, batch)
    answers |= _outdated(connection, [s for s in submissions if s.request.id not in answers], batch)
    admitted = [s for s in submissions if s.request.id not in answers]
    foresight = Foresight(admitted, arriving.before)
    arrivals = [_fold(s, batch, foresight) for s in admitted]
    terms = (arrival.submission.request.terms for arrival in arrivals)
    batch.terms_stored += batch.surroundings.terms.store(connection, terms)
    while arrivals:
        created, lost = _insert(connection, arrivals)
        for arrival in created:
            answers[arrival.submission.request.id] = _take_in(arrival, batch, sheet)
        found = earlier(connection, [a.submission for a in lost], batch)
        answers |= found.answers
        # Perhaps this is the first we hear of them: the answer of a COMMIT may have been lost.
        batch.changed |= {a.request_id: None for a in found.answers.values() if a.code == "created"}
        # Keys past their time are taken from their requests, and those submissions are tried again.
        forget(connection, found.past_their_time)
        arrivals = [arrival for arrival in lost if arrival.submission.request.id not in found.answers]
        if len(arrivals) != len(found.past_their_time):
            raise LostSubmission
    return [answers[s.request.id] for s in submissions]


def _outdated(
    connection: Connection, submissions: Sequence[Submission], batch: Batch
) -> dict[str, Submitted]:
    """Answers for those that were ruled on before something was set by mention; they are ruled on again."""
    version = batch.facts.directory.steering.version
    old = [s for s in submissions if s.steering is not None and s.steering != version]
    known = earlier(connection, old, batch).answers if old else {}
    ids = (s.request.id for s in old if s.request.id not in known)
    return {request_id: Submitted(request_id=request_id, code="outdated") for request_id in ids}


def _fold(submission: Submission, batch: Batch, foresight: Foresight) -> _Arrival:
    transition = lifecycle.open_request(foresight.ruled(submission), batch.facts)
    foresight.count(submission, transition.request)
    salts, packet = promises.new_salts(), codec.to_text(submission.packet)
    chain = Chain(submission.request.id, 0, GENESIS)
    terms = batch.surroundings.terms.hash_of(submission.request.terms)
    row = mapping.new_row(transition.request, terms, salts)
    row["idempotency_key"] = submission.idempotency_key
    row["body_digest"] = submission.body_digest or None
    through = {"via": "api", "key": submission.key_id} if submission.key_id else {}
    promised = Promised(salts, row, packet, through)
    audit = chain.extend(transition.events, batch.stamp, promised)
    row["audit_seq"], row["audit_head"] = chain.seq, chain.head
    return _Arrival(submission, transition, chain, row, audit, packet)


def _insert(
    connection: Connection, arrivals: Sequence[_Arrival]
) -> tuple[Sequence[_Arrival], Sequence[_Arrival]]:
    """Insert what is new; the arrivals that were, and those that were not."""
    rows = sorted((arrival.row for arrival in arrivals), key=_insert_order)
    if _new_requests.run(connection, rows) == len(rows):
        return arrivals, ()
    inserted = _without_packet(connection, [row["id"] for row in rows])
    created = [arrival for arrival in arrivals if arrival.row["id"] in inserted]
    return created, [arrival for arrival in arrivals if arrival.row["id"] not in inserted]


def _insert_order(row: dict[str, Any]) -> tuple[str, str, str]:
    return row["agent"], row["idempotency_key"] or "", row["id"]


def _without_packet(connection: Connection, ids: Sequence[str]) -> set[str]:
    """The requests that this transaction put in: those from before have their packets already."""
    return {row.id for row in _new.rows(connection, ids)}


def _take_in(arrival: _Arrival, batch: Batch, sheet: Sheet) -> Submitted:
    request = arrival.transition.request
    sheet.add_packet(request, arrival.packet)
    sheet.tally.submitted(request)
    sheet.add_events(arrival.audit)
    sheet.add_effects(arrival.transition, arrival.chain, arrival.row)
    batch.changed[request.id] = None
    if request.status.is_final:
        batch.ended.append(request)
    return Submitted(request_id=request.id, code="created", request=request)
