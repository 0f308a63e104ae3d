"""Ruling on submissions whose ruling hangs on what came before: one after the other, inside the transaction.

Whoever rules by a count holds its lock until COMMIT, so that of a hundred that arrive at once, in however
many processes, each sees those before it. Submissions that read no history take no lock and wait for nobody.
"""

from __future__ import annotations

from collections.abc import Container, Sequence

from sqlalchemy import BigInteger, Connection, func, select
from sqlalchemy.dialects import postgresql

from bot.domain.evolve import evolved
from bot.domain.history import HistoryScope, scope_of
from bot.domain.request import ApprovalRequest
from bot.submissions import Submission
from storage.context import Batch
from storage.history_keys import lock_of
from storage.history_reading import history_of, keys_for, stored
from storage.history_tally import Tally
from storage.prepared import Prepared, given
from storage.replays import replayed
from storage.straight import together

_locks = func.unnest(given("locks", postgresql.ARRAY(BigInteger()))).column_valued("lock")
_lock = Prepared(lambda _: select(func.pg_advisory_xact_lock(_locks)))


def take_turn(connection: Connection, submissions: Sequence[Submission], batch: Batch) -> None:
    """Keep others from ruling by the counts that these submissions need until COMMIT.

    In one order in every process; on SQLite whoever writes is alone. What was set while it waited holds too.
    """
    keys = _keys(submissions)
    if keys and connection.dialect.name != "sqlite":
        _lock.rows(connection, locks=sorted({lock_of(key) for key in keys}))
        batch.look_again(connection)


class Foresight:
    """The history of the submissions of one batch, as it grows while they are ruled on; after `take_turn`."""

    def __init__(self, connection: Connection, submissions: Sequence[Submission], batch: Batch) -> None:
        #: None where nothing hangs on history
        self._seen: Tally | None = None
        #: ids of submissions that meet an earlier one under their idempotency key
        self._late: set[str] = set()
        #: by id, whose history the rulings hang on
        self._scopes = {s.request.id: _scope(s.request) for s in submissions if s.deferred is not None}
        if self._scopes:
            keys = _keys(submissions)
            with together(connection):
                self._late = _late(submissions, replayed(connection, submissions, batch))
                self._seen = stored(connection, keys, batch.stamp)

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
