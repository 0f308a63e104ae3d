"""A store in memory: the real lifecycle and one dictionary, for everything above the database."""

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.domain import ids, lifecycle
from bot.domain.directory import Directory
from bot.domain.events import Event, EventKind
from bot.domain.forecast import Turnaround
from bot.domain.history import History, HistoryScope
from bot.domain.moves import Due, Facts, Move, Press
from bot.domain.packet import ReviewPacket
from bot.domain.precedence import place
from bot.domain.request import ApprovalRequest
from bot.domain.said import KINDS, MOST_SHOWN, Said
from bot.domain.status import Status
from bot.domain.transition import Answer, Transition
from bot.domain.visibility import may_see
from bot.ports import Attempted, Backlog, CallbackJob, Clock, Compose, Copy, Job, JobsAhead, Moved, Stored
from bot.submissions import Replay, Submission, Submitted
from tests.fakes.memory_outbox import MemoryOutbox

_UNKNOWN = Answer(accepted=False, code="not_found", sentence="There is no such request.")
_DECIDING = {EventKind.REQUEST_DECIDED, EventKind.REQUEST_RULED}


@dataclass(kw_only=True)
class _Entry:
    request: ApprovalRequest
    #: by revision
    packets: dict[int, ReviewPacket]
    events: list[Event] = field(default_factory=list)
    said: list[Said] = field(default_factory=list)
    receipt: str | None = None

    @property
    def stored(self) -> Stored:
        revision = self.request.revision
        original = self.packets[1] if revision > 1 else None
        said = tuple(self.said[-MOST_SHOWN:])
        return Stored(request=self.request, packet=self.packets[revision], original=original, said=said)


class MemoryStore:
    """`bot.ports.Store` in memory. `revoked` holds ids of keys that submissions are refused with."""

    def __init__(self, *, clock: Clock, directory: Callable[[], Directory]) -> None:
        self._clock = clock
        self._directory = directory
        self._entries: dict[str, _Entry] = {}
        self._commands: dict[str, Moved] = {}
        self._replays: dict[tuple[str, str], tuple[str, str]] = {}
        self._listeners: list[Callable[[Sequence[str]], None]] = []
        self.outbox = MemoryOutbox(clock)
        #: ids of requests by the batch card that the test says they stand in
        self.batches: dict[str, list[str]] = {}
        self.revoked: set[str] = set()
        #: what came before every request
        self.before = History()
        self.turnaround: timedelta | None = None
        #: raised instead of storing anything, until it is None again
        self.failing: Exception | None = None
        #: until when writes would fire what is due as well
        self.beside_until: datetime | None = None

    async def submit(self, submission: Submission) -> Submitted:
        self._fail()
        request = submission.request
        refusal = self._refusal(submission)
        if refusal is not None:
            return refusal
        if submission.deferred is not None:
            ruling = submission.deferred.decide(self.before)
            request = replace(request, proposal=replace(request.proposal, ruling=ruling))
        transition = lifecycle.open_request(request, self._facts())
        self._entries[request.id] = _Entry(request=transition.request, packets={1: submission.packet})
        if submission.idempotency_key is not None:
            replay = (submission.body_digest, request.id)
            self._replays[request.agent, submission.idempotency_key] = replay
        self._keep(transition)
        if submission.supersedes is not None:
            await self.move(submission.supersedes)
        return Submitted(request_id=request.id, code="created", request=transition.request)

    def _refusal(self, submission: Submission) -> Submitted | None:
        request = submission.request
        if submission.key_id in self.revoked:
            return Submitted(request_id="", code="key_revoked")
        earlier = self._replays.get((request.agent, submission.idempotency_key or ""))
        if earlier is not None:
            code = "replayed" if earlier[0] == submission.body_digest else "key_reused"
            return Submitted(request_id=earlier[1], code=code)
        agent = self._directory().agents.get(request.agent)
        pending = [r for r in self._requests() if r.agent == request.agent and not r.status.is_final]
        if agent is not None and len(pending) >= agent.open_requests:
            return Submitted(request_id="", code="too_many_open")
        return None

    async def earlier(self, agent: str, idempotency_key: str) -> Replay | None:
        self._fail()
        found = self._replays.get((agent, idempotency_key))
        return Replay(request_id=found[1], body_digest=found[0]) if found else None

    async def history(
        self, scope: HistoryScope, names: Iterable[str], *, apart_from: ApprovalRequest | None = None
    ) -> History:
        """What the test says came before."""
        self._fail()
        return self.before

    async def move(self, move: Move) -> Moved:
        self._fail()
        if move.command_id in self._commands:
            return self._commands[move.command_id]
        entry = self._entries.get(move.request_id)
        if entry is None:
            return Moved(answer=_UNKNOWN, request=None)
        if isinstance(move, Press):
            self.outbox.adopt(move)
        transition = lifecycle.fold(entry.request, move, self._facts())
        if transition.events:
            self._keep(transition)
        moved = Moved(answer=transition.answer, request=transition.request)
        self._commands[move.command_id] = moved
        return moved

    async def fire_due(self, limit: int) -> int:
        now = self._clock()
        waiting = [(r.due_at, r) for r in self._requests() if r.due_at is not None and r.due_at <= now]
        late = sorted(waiting, key=lambda pair: pair[0])[:limit]
        before = {request.id: request.version for _, request in late}
        for request_id in before:
            await self.move(Due(request_id=request_id, command_id=ids.new_id(ids.COMMAND)))
        return sum(self._entries[each].request.version != version for each, version in before.items())

    def fire_beside(self, until: datetime, fired: Callable[[int], None]) -> None:
        self.beside_until = until

    async def claim(
        self, *, limit: int, busy: Mapping[str, int], lease: timedelta, compose: Compose | None = None
    ) -> Sequence[Job]:
        self._fail()
        jobs = self.outbox.claim(limit=limit, lease=lease)
        if compose is None:
            return jobs
        return [await self._composed(job, compose) if isinstance(job, CallbackJob) else job for job in jobs]

    async def _composed(self, job: CallbackJob, compose: Compose) -> Job:
        request_id = job.stored.request.id
        kept = await self.receipt(request_id)
        composed = compose(job, receipt=kept, decided_in=await self.decision_event(request_id))
        if composed is None:
            return job
        if composed.receipt is not None:
            await self.keep_receipt(request_id, composed.receipt)
        return self.outbox.freeze(job, composed.body)

    async def settle(self, attempts: Sequence[Attempted]) -> None:
        for attempted in attempts:
            for move in self.outbox.settle(attempted):
                await self.move(move)

    async def next_timer(self) -> datetime | None:
        return min((r.due_at for r in self._requests() if r.due_at is not None), default=None)

    async def jobs_ahead(self, full: Collection[str]) -> JobsAhead:
        return self.outbox.ahead(self._clock())

    async def backlog(self, *, overdue_since: datetime) -> Backlog:
        late = [r for r in self._requests() if r.due_at is not None and r.due_at <= overdue_since]
        jobs = self.outbox.jobs()
        return Backlog(overdue_timers=len(late), waiting_jobs=len(jobs), oldest_job_at=None)

    async def read(self, request_id: str) -> Stored | None:
        self._fail()
        entry = self._entries.get(request_id)
        return entry.stored if entry else None

    async def request_at(self, platform: str, message: str) -> str | None:
        self._fail()
        return self.outbox.request_at(platform, message)

    async def packet(self, request_id: str, revision: int) -> ReviewPacket | None:
        self._fail()
        entry = self._entries.get(request_id)
        return entry.packets.get(revision) if entry else None

    async def copies(self, request_id: str) -> Sequence[Copy]:
        return self.outbox.copies(request_id)

    async def listing(
        self,
        *,
        agent: str | None = None,
        status: Status | None = None,
        before: str | None = None,
        limit: int = 50,
    ) -> Sequence[Stored]:
        self._fail()
        fitting = [
            entry.stored
            for entry in self._entries.values()
            if agent in (None, entry.request.agent)
            and status in (None, entry.request.status)
            and (before is None or entry.request.id < before)
        ]
        return sorted(fitting, key=lambda stored: stored.request.id, reverse=True)[:limit]

    async def batch(self, batch_id: str) -> Sequence[ApprovalRequest]:
        return sorted((self._entries[each].request for each in self.batches.get(batch_id, ())), key=place)

    async def receipt(self, request_id: str) -> str | None:
        return self._entries[request_id].receipt

    async def keep_receipt(self, request_id: str, receipt: str) -> str:
        entry = self._entries[request_id]
        entry.receipt = entry.receipt or receipt
        return entry.receipt

    async def decision_event(self, request_id: str) -> str | None:
        entry = self._entries.get(request_id)
        decided = entry is not None and any(event.kind in _DECIDING for event in entry.events)
        return hashlib.sha256(request_id.encode()).hexdigest() if decided else None

    async def queue_ahead(self, request: ApprovalRequest) -> int:
        policy = request.terms.escalation_policy
        return sum(
            other.id < request.id and not other.status.is_final
            for other in self._requests()
            if other.terms.escalation_policy == policy
        )

    async def turnarounds(self, request: ApprovalRequest) -> Sequence[Turnaround]:
        if self.turnaround is None:
            return ()
        return [Turnaround(asked_at=request.created_at, decided_at=request.created_at + self.turnaround)]

    async def pending_for(self, person: str, *, limit: int = 50) -> Sequence[Stored]:
        found = [
            entry.stored
            for entry in self._entries.values()
            if not entry.request.status.is_final and may_see(self._directory(), entry.request, person)
        ]
        return sorted(found, key=lambda stored: place(stored.request))[:limit]

    async def open_samples(self, *, limit: int = 500) -> Sequence[Stored]:
        found = [entry.stored for entry in self._entries.values() if entry.request.is_blind]
        return sorted(found, key=lambda stored: stored.request.id, reverse=True)[:limit]

    @property
    def hears_others(self) -> bool:
        return False

    @property
    def notices_others(self) -> bool:
        return False

    def watch(self, listener: Callable[[Sequence[str]], None]) -> Callable[[], None]:
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def watch_work(self, listener: Callable[[timedelta], None]) -> Callable[[], None]:
        return self.watch(lambda _: listener(timedelta(0)))

    def events(self, request_id: str) -> Sequence[Event]:
        """What happened to a request, for tests."""
        return tuple(self._entries[request_id].events)

    def _said(self, events: Sequence[Event]) -> Iterator[Said]:
        for event in events:
            if event.kind in KINDS:
                reply_to = event.facts.get("reply_to")
                assert reply_to is None or isinstance(reply_to, str)
                text = event.private["text"]
                yield Said(by=event.actor, text=text, at=self._clock(), reply_to=reply_to)

    def _requests(self) -> list[ApprovalRequest]:
        return [entry.request for entry in self._entries.values()]

    def _facts(self) -> Facts:
        return Facts(now=self._clock(), directory=self._directory())

    def _fail(self) -> None:
        if self.failing is not None:
            raise self.failing

    def _keep(self, transition: Transition) -> None:
        request = transition.request
        entry = self._entries[request.id]
        entry.request = request
        entry.events.extend(transition.events)
        entry.said.extend(self._said(transition.events))
        if transition.packet is not None:
            entry.packets[request.revision] = transition.packet
        self.outbox.add(entry.stored, transition.effects)
        for listener in tuple(self._listeners):
            listener((request.id,))
