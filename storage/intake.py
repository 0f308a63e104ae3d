"""Intake: many submissions in one transaction.

Rows are inserted in one order in every process, and a conflict is passed over, so that no two
processes wait for each other; whoever loses reads the winner's row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, func, select

from bot.domain import lifecycle
from bot.domain.transition import Transition
from bot.ports import Submission, Submitted
from storage import codec, mapping
from storage.audit import GENESIS, Chain
from storage.context import Batch
from storage.effect_rows import EffectRows
from storage.tables import ApiKeyRow, ApprovalRow, AuditRow, PacketRow
from storage.upsert import ignoring, insert_new

_approval = ApprovalRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it at class creation
_packet = PacketRow.__table__  # type: ignore[attr-defined]  # likewise
_audit = AuditRow.__table__  # type: ignore[attr-defined]  # likewise
_key = ApiKeyRow.__table__  # type: ignore[attr-defined]  # likewise


@dataclass(slots=True)
class _Arrival:
    """One submission, folded and ready to be written."""

    submission: Submission
    transition: Transition
    row: dict[str, Any]
    audit: list[dict[str, Any]]


def intake(connection: Connection, submissions: Sequence[Submission], batch: Batch) -> list[Submitted]:
    """Store submissions with their audit events and effects; one answer each, in order."""
    refused = _refused(connection, submissions, batch)
    arrivals = [_fold(s, batch) for s in submissions if s.request.id not in refused]
    batch.terms_stored += batch.surroundings.terms.store(
        connection, (arrival.submission.request.terms for arrival in arrivals)
    )
    stored = _insert(connection, arrivals)
    created = [arrival for arrival in arrivals if arrival.submission.request.id in stored]
    _write_rest(connection, created, batch)
    batch.changed.update(dict.fromkeys(arrival.submission.request.id for arrival in created))
    answers = {**refused, **{a.submission.request.id: _created(a) for a in created}}
    losers = [a for a in arrivals if a.submission.request.id not in stored]
    if losers:
        answers.update(_earlier(connection, losers))
    return [answers[s.request.id] for s in submissions]


def _refused(connection: Connection, submissions: Sequence[Submission], batch: Batch) -> dict[str, Submitted]:
    revoked = _revoked_keys(connection, submissions)
    full = _full_agents(connection, submissions, batch)
    answers = {}
    for submission in submissions:
        request = submission.request
        if submission.key_id in revoked:
            answers[request.id] = Submitted(request_id=request.id, code="key_revoked")
        elif full.get(request.agent, 1) <= 0:
            answers[request.id] = Submitted(request_id=request.id, code="too_many_open")
        elif request.agent in full:
            full[request.agent] -= 1
    return answers


def _revoked_keys(connection: Connection, submissions: Sequence[Submission]) -> set[str]:
    keys = {s.key_id for s in submissions if s.key_id is not None}
    if not keys:
        return set()
    valid = select(_key.c.id).where(_key.c.id.in_(sorted(keys)), _key.c.revoked_at.is_(None))
    return keys - set(connection.execute(valid).scalars())


def _full_agents(connection: Connection, submissions: Sequence[Submission], batch: Batch) -> dict[str, int]:
    """How many more requests each limited agent may open; counting stops at the limit."""
    agents = batch.surroundings.directory().agents
    room = {}
    for name in {s.request.agent for s in submissions}:
        entry = agents.get(name)
        if entry is None or not entry.open_requests:
            continue
        pending = select(_approval.c.id).where(_approval.c.agent == name, _approval.c.ended_at.is_(None))
        counted = select(func.count()).select_from(pending.limit(entry.open_requests).subquery())
        room[name] = entry.open_requests - connection.execute(counted).scalar_one()
    return room


def _fold(submission: Submission, batch: Batch) -> _Arrival:
    transition = lifecycle.open_request(submission.request, batch.facts)
    chain = Chain(submission.request.id, 0, GENESIS)
    audit = [chain.append(event, batch.stamp) for event in transition.events]
    row = mapping.new_row(transition.request, batch.surroundings.terms.hash_of(submission.request.terms))
    row |= {
        "audit_seq": chain.seq,
        "audit_head": chain.head,
        "idempotency_key": submission.idempotency_key,
        "body_digest": submission.body_digest or None,
    }
    return _Arrival(submission, transition, row, audit)


def _insert(connection: Connection, arrivals: Sequence[_Arrival]) -> set[str]:
    if not arrivals:
        return set()
    rows = sorted(
        (arrival.row for arrival in arrivals),
        key=lambda row: (row["agent"], row["idempotency_key"] or "", row["id"]),
    )
    statement = ignoring(connection, _approval).returning(_approval.c.id)
    return set(connection.execute(statement, rows).scalars())


def _write_rest(connection: Connection, created: Sequence[_Arrival], batch: Batch) -> None:
    if not created:
        return
    packets = [
        {"request_id": a.submission.request.id, "revision": 1, "packet": codec.to_text(a.submission.packet)}
        for a in created
    ]
    insert_new(connection, _packet, packets)
    connection.execute(_audit.insert(), [event for a in created for event in a.audit])
    effects = EffectRows(batch)
    for a in created:
        request = a.transition.request
        text = mapping.snapshot(request, a.row) if request.progress.callbacks else ""
        effects.add(request, a.transition.effects, snapshot=text, event_hash=a.audit[-1]["hash"])
    effects.write(connection)


def _created(arrival: _Arrival) -> Submitted:
    request = arrival.transition.request
    return Submitted(request_id=request.id, code="created", request=request)


def _earlier(connection: Connection, losers: Sequence[_Arrival]) -> dict[str, Submitted]:
    """Answers for submissions that were there before: this very one, or one under the same key."""
    keys = sorted({a.row["idempotency_key"] for a in losers if a.row["idempotency_key"]})
    columns = (_approval.c.id, _approval.c.agent, _approval.c.idempotency_key, _approval.c.body_digest)
    by_id = select(*columns).where(_approval.c.id.in_([a.row["id"] for a in losers]))
    by_key = select(*columns).where(
        _approval.c.agent.in_(sorted({a.row["agent"] for a in losers})), _approval.c.idempotency_key.in_(keys)
    )
    own = {row.id: row for row in connection.execute(by_id)}
    keyed = {(row.agent, row.idempotency_key): row for row in connection.execute(by_key)} if keys else {}
    return {
        a.row["id"]: _replay(a, own.get(a.row["id"]), keyed.get((a.row["agent"], a.row["idempotency_key"])))
        for a in losers
    }


def _replay(arrival: _Arrival, own: Row[Any] | None, keyed: Row[Any] | None) -> Submitted:
    if own is not None or keyed is None:
        return _created(arrival)
    code = "replayed" if keyed.body_digest == arrival.row["body_digest"] else "key_reused"
    return Submitted(request_id=keyed.id, code=code)
