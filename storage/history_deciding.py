"""Ruling on submissions whose ruling hangs on what came before: one after the other, inside the transaction.

Whoever rules by a count holds its lock until COMMIT, so that of a hundred that arrive at once, in however
many processes, each sees those before it. Submissions that read no history take no lock and wait for nobody.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, Connection, func, select
from sqlalchemy.dialects import postgresql

from bot.domain.evolve import evolved
from bot.domain.history import HistoryScope, scope_of
from bot.domain.request import ApprovalRequest
from bot.submissions import Submission
from storage.history_keys import lock_of
from storage.history_reading import ask_stored, history_of, keys_for
from storage.history_tally import Tally
from storage.prepared import Later, Prepared, given
from storage.replays import ask_replayed
from storage.stamps import to_stamp

_locks = func.unnest(given("locks", postgresql.ARRAY(BigInteger()))).column_valued("lock")
_lock = Prepared(lambda _: select(func.pg_advisory_xact_lock(_locks)))


@dataclass(frozen=True, slots=True)
class Before:
    """What came before the submissions of a batch."""

    #: agents with those of their idempotency keys that stand for a request
    replayed: Container[tuple[str, str]]
    #: what is counted under the keys that rulings hang on
    counted: Tally


def ask_before(
    connection: Connection, submissions: Sequence[Submission], now: datetime
) -> Later[Before | None]:
    """Keep others from ruling by the counts that these submissions need until COMMIT, and ask for them.

    In one order in every process; on SQLite whoever writes is alone. What is asked for afterwards is as it
    stands under the lock. None where nothing hangs on history.
    """
    if all(s.deferred is None for s in submissions):
        return lambda: None
    keys = _keys(submissions)
    if keys and connection.dialect.name != "sqlite":
        _lock.ask(connection, locks=sorted({lock_of(key) for key in keys}))
    replayed = ask_replayed(connection, submissions, now)
    counted = ask_stored(connection, keys, to_stamp(now))
    return lambda: Before(replayed(), counted())


class Foresight:
    """The history of the submissions of one batch, as it grows while they are ruled on."""

    def __init__(self, submissions: Sequence[Submission], before: Before | None) -> None:
        #: None where nothing hangs on history
        self._seen = None if before is None else before.counted
        #: ids of submissions that meet an earlier one under their idempotency key
        self._late = set() if before is None else _late(submissions, before.replayed)
        #: by id, whose history the rulings hang on
        self._scopes = {s.request.id: _scope(s.request) for s in submissions if s.deferred is not None}

    def ruled(self, submission: Submission) -> ApprovalRequest:
        """The request as it is ruled on by all that came before it."""
        request, deferred = submission.request, submission.deferred
        if deferred is None or self._seen is None:
            return request
        history = history_of(self._scopes[request.id], deferred.needs, self._seen)
        proposal = evolved(request.proposal, ruling=deferred.decide(history))
        return evolved(request, proposal=proposal)

    def count(self, submission: Submission, opened: ApprovalRequest) -> None:
        """Count a request that was opened, for those after it; a replay is none."""
        if self._seen is not None and submission.request.id not in self._late:
            self._seen.submitted(opened)


def _late(submissions: Sequence[Submission], known: Container[tuple[str, str]]) -> set[str]:
    """Ids of submissions whose agent's idempotency key is known, or of which an earlier id comes along."""
    first: dict[tuple[str, str], str] = {}
    late = set()
    for submission in sorted(submissions, key=lambda each: each.request.id):
        request, key = submission.request, submission.idempotency_key
        if key is not None:
            name = (request.agent, key)
            if name in known or first.setdefault(name, request.id) != request.id:
                late.add(request.id)
    return late


def _scope(request: ApprovalRequest) -> HistoryScope:
    return scope_of(request.agent, request.proposal)


def _keys(submissions: Sequence[Submission]) -> set[str]:
    asked = [(s.request, s.deferred.needs) for s in submissions if s.deferred is not None]
    return set().union(*(keys_for(_scope(request), needs) for request, needs in asked))
