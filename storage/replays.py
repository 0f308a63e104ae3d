"""Replays: submissions that were there before, as this very one or under the same idempotency key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Connection, Row, Text, select, update

from bot.submissions import Replay, Submission, Submitted
from storage import mapping
from storage.among import Lookup, among
from storage.context import Batch
from storage.prepared import Later, given
from storage.stamps import to_stamp
from storage.tables import ApprovalRow

#: how long the same idempotency key finds the request it made
REMEMBERED = timedelta(days=30)

_approval = ApprovalRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it at class creation

_standing = Lookup(
    lambda among: select(_approval.c.idempotency_key).where(
        _approval.c.agent == given("agent", Text()),
        among(_approval.c.idempotency_key),
        _approval.c.created_at >= given("horizon", BigInteger()),
    )
)


@dataclass(slots=True)
class Found:
    """What was there before."""

    #: by the id of the submitted request
    answers: dict[str, Submitted] = field(default_factory=dict)
    #: ids of requests whose keys are free again
    past_their_time: list[str] = field(default_factory=list)


def earlier(connection: Connection, submissions: Sequence[Submission], batch: Batch) -> Found:
    """The answers of submissions that are stored already."""
    found = Found()
    if not submissions:
        return found
    horizon = to_stamp(batch.now - REMEMBERED)
    own = _own(connection, [s.request.id for s in submissions])
    keyed = {(row.agent, row.idempotency_key): row for row in _with_keys(connection, submissions)}
    for submission in submissions:
        request = submission.request
        mine, other = own.get(request.id), keyed.get((request.agent, submission.idempotency_key))
        if mine is not None:
            stored = mapping.to_request(mine, request.terms)
            found.answers[request.id] = Submitted(request_id=request.id, code="created", request=stored)
        elif other is not None and other.created_at < horizon:
            found.past_their_time.append(other.id)
        elif other is not None:
            code = "replayed" if other.body_digest == (submission.body_digest or None) else "key_reused"
            found.answers[request.id] = Submitted(request_id=other.id, code=code)
    return found


def ask_replayed(
    connection: Connection, submissions: Sequence[Submission], now: datetime
) -> Later[set[tuple[str, str]]]:
    """Agents with those of their idempotency keys that stand for a request by now."""
    by_agent: dict[str, list[str]] = {}
    for submission in submissions:
        if submission.idempotency_key is not None:
            by_agent.setdefault(submission.request.agent, []).append(submission.idempotency_key)
    horizon = to_stamp(now - REMEMBERED)
    asked = {
        agent: _standing.ask(connection, keys, agent=agent, horizon=horizon)
        for agent, keys in by_agent.items()
    }
    return lambda: {(agent, row.idempotency_key) for agent, rows in asked.items() for row in rows()}


def remembered(connection: Connection, agent: str, idempotency_key: str, now: datetime) -> Replay | None:
    """The request that an agent's idempotency key stands for."""
    query = select(_approval.c.id, _approval.c.body_digest).where(
        _approval.c.agent == agent,
        _approval.c.idempotency_key == idempotency_key,
        _approval.c.created_at >= to_stamp(now - REMEMBERED),
    )
    row = connection.execute(query).one_or_none()
    return Replay(request_id=row.id, body_digest=row.body_digest or "") if row else None


def forget(connection: Connection, request_ids: Sequence[str]) -> None:
    """Take the idempotency keys from requests, so that they can be used anew."""
    if request_ids:
        mine = among(connection, _approval.c.id, request_ids)
        connection.execute(update(_approval).where(mine).values(idempotency_key=None))


def _own(connection: Connection, ids: Sequence[str]) -> dict[str, Row[Any]]:
    query = select(_approval).where(among(connection, _approval.c.id, ids))
    return {row.id: row for row in connection.execute(query)}


def _with_keys(connection: Connection, submissions: Sequence[Submission]) -> Sequence[Row[Any]]:
    """Requests of these agents under these keys, and a few of other pairs of the two."""
    keyed = [s for s in submissions if s.idempotency_key is not None]
    agents, keys = {s.request.agent for s in keyed}, {s.idempotency_key or "" for s in keyed}
    query = select(_approval.c.id, _approval.c.agent, _approval.c.idempotency_key, _approval.c.body_digest)
    query = query.add_columns(_approval.c.created_at).where(
        among(connection, _approval.c.agent, sorted(agents)),
        among(connection, _approval.c.idempotency_key, sorted(keys)),
    )
    return connection.execute(query).all() if keyed else ()
