"""Stores on one database beside a model of what must be in it: the same moves, folded without any database.

The store has to come to what the pure lifecycle says, once for each command, whatever happened to the
process, its connections and the answers of its COMMITs meanwhile.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator, Sequence
from dataclasses import replace
from itertools import permutations
from typing import Any, TypeVar

from bot.domain import lifecycle
from bot.domain.directory import Directory
from bot.domain.moves import Due, Facts, MarkPause, Move
from bot.domain.request import ApprovalRequest
from bot.domain.steering import Pause
from bot.domain.transition import Transition
from bot.ports import Moved
from bot.steering import Change, Kind
from bot.submissions import Submission
from storage.steering import SteeringKeeper
from storage.store import SqlStore
from tests.builders import NOW
from tests.domain.promises import FINAL, Witness
from tests.fakes.clock import MovedClock
from tests.storage.losing import Losing
from tests.storage.steps import Company, a_command, audit, rows

T = TypeVar("T")

_ENDS = ("request.ruled", "request.decided", "request.expired", "request.cancelled")


class Lives:
    """Some requests, in one database and in a model."""

    def __init__(self, url: str, *, stores: int) -> None:
        """`stores` work on the database at once."""
        self.clock, self.company = MovedClock(NOW), Company()
        #: how the answers of the next COMMITs are lost
        self.losses: list[str] = []
        #: what the database must hold
        self.requests: dict[str, ApprovalRequest] = {}
        self.lost = self.steps = 0
        self._witnesses: dict[str, Witness] = {}
        self._ended: dict[str, Any] = {}
        self._url = url
        self._loop = asyncio.new_event_loop()
        self._stores = [self._opened() for _ in range(stores)]

    def run(self, doing: Coroutine[Any, Any, T]) -> T:
        """Do something with a store."""
        return self._loop.run_until_complete(doing)

    def store(self, number: int = 0) -> SqlStore:
        """One of the stores."""
        return self._stores[number % len(self._stores)]

    @property
    def facts(self) -> Facts:
        """What a fold may know now."""
        steering = self.run(SteeringKeeper(self.store()).current())
        directory: Directory = replace(self.company.directory, steering=steering)
        return Facts(now=self.clock(), directory=directory)

    def witness(self, request: ApprovalRequest) -> Witness:
        """Who remembers what was promised about a request."""
        return self._witnesses[request.id]

    def submit(self, submission: Submission, number: int) -> ApprovalRequest | None:
        """Store a request; None where it was turned away."""
        facts = self.facts
        answer = self.run(self.store(number).submit(submission))
        if answer.code == "created":
            done = lifecycle.open_request(submission.request, facts)
            self._witnesses[answer.request_id] = Witness()
            self._witnesses[answer.request_id].sees(submission.request, None, facts, done)
            self.requests[answer.request_id] = done.request
            assert answer.request == done.request
        return answer.request

    def move(self, move: Move, number: int) -> Moved:
        """Fold a move, here and there."""
        facts = self.facts
        moved = self.run(self.store(number).move(move))
        done = self._folded(self.requests[move.request_id], move, facts)
        assert moved.answer == done.answer
        self._take(move, facts, done)
        return moved

    def race(self, moves: Sequence[Move], number: int) -> None:
        """Fold moves of one request at once; what comes of it must be what some order comes to."""
        facts = self.facts
        self.run(self._at_once(moves, number))
        (id,) = {move.request_id for move in moves}  # noqa: A001 -- the word of the domain
        stored = self._stored(id)
        for order in permutations(moves):
            request = self.requests[id]
            for move in order:
                request = self._folded(request, move, facts).request
            if request == stored:
                for move in order:
                    self._take(move, facts, self._folded(self.requests[id], move, facts))
                return
        raise AssertionError(f"no order of these comes to what is stored: {moves}\n{stored}")

    def replay(self, move: Move, number: int) -> None:
        """Send a command again: it has happened."""
        self.run(self.store(number).move(move))

    def fire(self, number: int) -> int:
        """Let every timer go off that is due; how many did."""
        facts, lost = self.facts, self.lost
        fired = self.run(self.store(number).fire_due(100))
        due = [each for each in self.requests.values() if each.due_at and each.due_at <= facts.now]
        for request in due:
            move = Due(request_id=request.id, command_id="due")
            self._take(move, facts, lifecycle.fold(request, move, facts))
        # Timers whose COMMIT happened and whose answer was lost have fired when they are looked for again.
        assert fired == len(due) or self.lost > lost
        return len(due)

    def pause(self, *, begins: bool, number: int) -> None:
        """A lead pauses refunds, or lets them go on."""
        after = Pause(match="refund.*", by="ann", made_at=self.clock()) if begins else None
        change = Change(
            id=a_command(), kind=Kind.PAUSE, name="refund.*", person="ann", after=after, matches=("refund.*",)
        )
        changed = self.run(SteeringKeeper(self.store(number)).change(change)).changed
        if changed is None or not (changed.after or changed.before):
            return
        facts = self.facts
        for request in [each for each in self.requests.values() if not each.status.is_final]:
            move = MarkPause(
                request_id=request.id, command_id=change.id, person="ann", match="refund.*", begins=begins
            )
            self._take(move, facts, lifecycle.fold(request, move, facts))

    def restart(self, number: int) -> None:
        """One of the processes ends, and starts again."""
        number %= len(self._stores)
        self._stores[number].close()
        self._stores[number] = self._opened()

    def check(self) -> None:
        """Hold the database to the model, and to what must be true of any database."""
        self.steps += 1
        for request in self.requests.values():
            assert self._stored(request.id) == request
            if request.status.is_final:
                end = (request.status, request.progress.ended_at)
                assert self._ended.setdefault(request.id, end) == end, "a second end"
        self.run(self._check_rows())

    def close(self) -> None:
        """Verify the audit, and let go of everything."""
        try:
            problems = self.run(audit(self.store())).problems
            assert problems == [], problems
        finally:
            for store in self._stores:
                store.close()
            self._loop.close()

    async def _at_once(self, moves: Sequence[Move], number: int) -> None:
        await asyncio.gather(*(self.store(number + turn).move(move) for turn, move in enumerate(moves)))

    async def _check_rows(self) -> None:
        events = await rows(self.store(), "SELECT subject, kind FROM audit_event")
        ends = Counter(event.subject for event in events if event.kind in _ENDS)
        final = {each.id for each in self.requests.values() if each.status.is_final}
        assert ends == dict.fromkeys(final, 1), "each end is on record once"
        told = await rows(self.store(), "SELECT request_id, turn, text FROM outbox WHERE kind = 'callback'")
        turns = Counter((row.request_id, row.turn) for row in told)
        assert set(turns.values()) <= {1}, "callbacks in one order"
        for request in self.requests.values():
            own = [row.text for row in told if row.request_id == request.id]
            assert len(own) == request.progress.callbacks
            finals = [text for text in own if text in FINAL.values()]
            expected = request.status.is_final and request.proposal.callback_url
            assert finals == ([FINAL[request.status]] if expected else [])

    def _folded(self, request: ApprovalRequest, move: Move, facts: Facts) -> Transition:
        return lifecycle.fold(request, move, facts)

    def _take(self, move: Move, facts: Facts, done: Transition) -> None:
        before = self.requests[move.request_id]
        self._witnesses[move.request_id].sees(before, move, facts, done)
        self.requests[move.request_id] = done.request

    def _stored(self, id: str) -> ApprovalRequest:
        found = self.run(self.store().read(id))
        assert found is not None
        return found.request

    def _opened(self) -> SqlStore:
        losing = Losing(self._ways(), lambda: bool(self.losses))
        return SqlStore(self._url, clock=self.clock, directory=self.company, commit=losing)

    def _ways(self) -> Iterator[str]:
        while True:
            self.lost += 1
            yield self.losses.pop()


#: makes a database at the schema and says how many stores may share it
MakeDatabase = Callable[[], tuple[str, int]]
