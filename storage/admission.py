"""Admission: submissions that are refused whatever they ask, by their key or by their agent's limit."""

from __future__ import annotations

import zlib
from collections.abc import Container, Mapping, Sequence
from typing import Any

from sqlalchemy import BigInteger, Connection, Dialect, Integer, Select, Text, func, or_, select

from bot.submissions import Submission, Submitted
from storage.access_tables import ApiKeyRow
from storage.among import Lookup
from storage.context import Batch
from storage.prepared import Later, Prepared, given
from storage.replays import earlier
from storage.straight import together
from storage.tables import ApprovalRow

#: so near to its limit, an agent's submissions are taken by one process at a time; other processes
#: may be about to add a batch each
NEAR = 512
#: the space of advisory locks on agents
_LOCKS = 0x706C6163

_approval = ApprovalRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it at class creation
_key = ApiKeyRow.__table__  # type: ignore[attr-defined]  # likewise

_holds = or_(_key.c.revoked_at.is_(None), _key.c.revoked_at > given("now", BigInteger()))
_valid_keys = Lookup(lambda among: select(_key.c.id).where(among(_key.c.id), _holds))


def _counting(_: Dialect) -> Select[Any]:
    mine = (_approval.c.agent == given("agent", Text()), _approval.c.ended_at.is_(None))
    pending = select(_approval.c.id).where(*mine).limit(given("most", BigInteger())).subquery()
    return select(func.count()).select_from(pending)


_counted = Prepared(_counting)
_lock = Prepared(lambda _: select(func.pg_advisory_xact_lock(_LOCKS, given("agent", Integer()))))


def ask_valid_keys(
    connection: Connection, submissions: Sequence[Submission], now: int
) -> Later[frozenset[str]]:
    """Which of the API keys of these submissions hold at a stamp."""
    keys = {s.key_id for s in submissions if s.key_id is not None}
    if not keys:
        return frozenset
    valid = _valid_keys.ask(connection, sorted(keys), now=now)
    return lambda: frozenset(row.id for row in valid())


def refused(
    connection: Connection, submissions: Sequence[Submission], valid_keys: Container[str], batch: Batch
) -> dict[str, Submitted]:
    """Answers for those that are not taken, by the id of the request; what was stored before is replayed."""
    keyed = (s for s in submissions if s.key_id is not None and s.key_id not in valid_keys)
    answers = {s.request.id: _refusal(s, "key_revoked") for s in keyed}
    by_agent: dict[str, list[Submission]] = {}
    for submission in submissions:
        if submission.request.id not in answers:
            by_agent.setdefault(submission.request.agent, []).append(submission)
    for agent, room in _room(connection, by_agent, batch).items():
        if room < len(by_agent[agent]):
            answers |= _beyond(connection, by_agent[agent], room, batch)
    return answers


def _room(
    connection: Connection, by_agent: Mapping[str, Sequence[Submission]], batch: Batch
) -> dict[str, int]:
    """How many more requests each limited agent may open; agents in one order in every process."""
    agents, rooms, now = batch.facts.directory.agents, batch.surroundings.rooms, batch.stamp
    room = {}
    for name in sorted(by_agent):
        entry = agents.get(name)
        if entry is None or not entry.open_requests:
            continue
        most, asked = entry.open_requests, len(by_agent[name])
        left = rooms.take(name, most, asked, now)
        if left is None:
            left = _counted_room(connection, name, most, batch)
            rooms.counted(name, most, left, asked, now)
        room[name] = left
    return room


def _counted_room(connection: Connection, agent: str, most: int, batch: Batch) -> int:
    if connection.dialect.name == "sqlite":
        return most - _ask_pending(connection, agent, most)()
    if most > NEAR and (room := most - _ask_pending(connection, agent, most)()) >= NEAR:
        return room
    # Counting under the lock sees what every other process has committed.
    with together(connection):
        _lock.ask(connection, agent=zlib.crc32(agent.encode()) >> 1)
        looked_again = batch.ask_again(connection)
        pending = _ask_pending(connection, agent, most)
    looked_again()
    return most - pending()


def _ask_pending(connection: Connection, agent: str, most: int) -> Later[int]:
    """How many requests of an agent wait; counting stops at the limit."""
    counted = _counted.ask(connection, agent=agent, most=most)
    return lambda: int(counted()[0][0])


def _beyond(
    connection: Connection, submissions: Sequence[Submission], room: int, batch: Batch
) -> dict[str, Submitted]:
    """Refusals once the room is used up; only what is new needs any."""
    answers, known = {}, earlier(connection, submissions, batch).answers
    admitted: set[str] = set()
    for submission in submissions:
        if submission.request.id in known or submission.idempotency_key in admitted:
            continue
        if len(admitted) < room:
            admitted.add(submission.idempotency_key or submission.request.id)
        else:
            answers[submission.request.id] = _refusal(submission, "too_many_open")
    return answers


def _refusal(submission: Submission, code: str) -> Submitted:
    return Submitted(request_id=submission.request.id, code=code)
