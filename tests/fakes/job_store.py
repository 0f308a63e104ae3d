"""A store of jobs and timers that a test puts there, with leases and slots and without a database."""

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain import ids
from bot.domain.destinations import slots
from bot.domain.directory import Directory
from bot.domain.packet import ProposedAction, ReviewPacket
from bot.domain.request import ApprovalRequest, Proposal
from bot.domain.status import Status
from bot.domain.terms import Quorum, Terms
from bot.pacing import name_of
from bot.ports import (
    Attempted,
    Backlog,
    CallbackJob,
    CardJob,
    Clock,
    Compose,
    Copy,
    Done,
    GiveUp,
    Job,
    JobsAhead,
    LineJob,
    RetryLater,
    Stored,
)
from tests.fakes.memory_store import MemoryStore
from tests.fakes.plain_policy import GATE


@dataclass(kw_only=True)
class Row:
    """A job as it is kept."""

    job: Job
    #: None when nothing is to be done
    due_at: datetime | None
    shown: int = 0
    state: str = "waiting"
    leased: bool = False


class JobStore(MemoryStore):
    """`bot.ports.Store` for the worker alone."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock=clock, directory=lambda: Directory(people={}))
        self.clock = clock
        self.requests: dict[str, Stored] = {}
        self.rows: dict[str, Row] = {}
        self.timers: list[datetime] = []
        self.settled: list[Attempted] = []
        self.sizes: list[int] = []
        self.claims = 0
        #: questions that lease nothing and write nothing
        self.looks = 0
        self.firings = 0
        #: whether other processes' commits are told of
        self.is_told = False
        #: raised by every call until it is None again
        self.away: Exception | None = None
        #: attempts are written down while this is set
        self.writable = asyncio.Event()
        self.writable.set()
        #: attempts that can never be written down
        self.poison: set[str] = set()
        self.watchers: list[Callable[[Sequence[str]], None]] = []

    def request(self, *, version: int = 1, status: Status = Status.PENDING) -> str:
        """Put a request there; its id."""
        request_id = ids.new_id(ids.REQUEST)
        self.change(request_id, version=version, status=status)
        return request_id

    def change(self, request_id: str, *, version: int, status: Status = Status.PENDING) -> None:
        """Let a request stand as it says, and all its copies be out of date."""
        self.requests[request_id] = Stored(
            request=_request(request_id, version, status), packet=ReviewPacket(action=_ACTION, reasoning="…")
        )
        for row in self.rows.values():
            if isinstance(row.job, CardJob) and row.job.request_id == request_id:
                row.job = replace(row.job, wanted_version=version)
                if not row.leased:
                    row.due_at = self.clock()

    def card(self, request_id: str, destination: str = "slack:C1") -> str:
        """Want a copy of a request's card."""
        wanted = self.requests[request_id].request.version
        job = CardJob(
            copy_id=ids.new_id(ids.CARD),
            request_id=request_id,
            destination=destination,
            message=None,
            wanted_version=wanted,
            attempts=0,
            uncertain=False,
            created_at=self.clock(),
        )
        return self._put(job.copy_id, job)

    def line(self, kind: str, request_id: str, destination: str = "slack:C1", people: str = "") -> str:
        """Want a ping (`people` by first letters) or a private answer."""
        job = LineJob(
            id=ids.new_id(ids.EFFECT),
            kind=kind,
            request_id=request_id,
            destination=destination,
            message=None,
            line="A line.",
            people=tuple(people),
            attempts=0,
        )
        return self._put(job.id, job)

    def callback(self, request_id: str, url: str = "https://agent.example/in") -> str:
        """Want a callback."""
        job = CallbackJob(
            id=ids.new_id(ids.CALLBACK),
            type="approval.approved",
            agent="support-bot",
            url=url,
            attempts=0,
            created_at=self.clock(),
            body=None,
            stored=self.requests[request_id],
            event_hash="0" * 64,
        )
        return self._put(job.id, job)

    def _put(self, name: str, job: Job) -> str:
        self.rows[name] = Row(job=job, due_at=self.clock())
        return name

    def commit(self) -> None:
        """Tell the watchers, as a commit does."""
        for watcher in self.watchers:
            watcher(())

    async def claim(
        self, *, limit: int, busy: Mapping[str, int], lease: timedelta, compose: Compose | None = None
    ) -> Sequence[Job]:
        self._check()
        self.claims += 1
        now, taken, claimed = self.clock(), dict(busy), list[Job]()
        for row in sorted(self._due(now), key=lambda row: row.due_at or now):
            where = name_of(row.job)
            if len(claimed) == limit or taken.get(where, 0) >= slots(where):
                continue
            taken[where] = taken.get(where, 0) + 1
            if isinstance(row.job, CallbackJob) and row.job.body is None and compose is not None:
                composed = compose(row.job, receipt=None, decided_in=None)
                row.job = replace(row.job, body=composed.body if composed else None)
            claimed.append(self._leased(row))
            row.due_at = now + lease
        return claimed

    def _due(self, now: datetime) -> list[Row]:
        return [row for row in self.rows.values() if row.due_at is not None and row.due_at <= now]

    def _leased(self, row: Row) -> Job:
        job = row.job = replace(row.job, attempts=row.job.attempts + 1)
        if isinstance(job, CardJob):
            row.job = replace(job, uncertain=job.message is None)
        row.leased = True
        return replace(job, message=self._message_beside(job)) if isinstance(job, LineJob) else job

    def _message_beside(self, line: LineJob) -> str | None:
        cards = [row.job for row in self.rows.values() if isinstance(row.job, CardJob)]
        there = (c for c in cards if (c.request_id, c.destination) == (line.request_id, line.destination))
        return next((card.message for card in there), None)

    async def settle(self, attempts: Sequence[Attempted]) -> None:
        await self.writable.wait()
        self._check()
        if any(_name(attempted.job) in self.poison for attempted in attempts):
            raise ValueError("This cannot be written down.")
        self.sizes.append(len(attempts))
        for attempted in attempts:
            self.settled.append(attempted)
            self._settle(self.rows[_name(attempted.job)], attempted)

    def _settle(self, row: Row, attempted: Attempted) -> None:
        sent, job = attempted.sent, row.job
        row.due_at, row.leased = attempted.retry_at, False
        if isinstance(sent, GiveUp):
            row.state = "undeliverable" if isinstance(job, CardJob) else "dead"
        elif isinstance(sent, Done):
            row.state = "posted"
        if not isinstance(job, CardJob):
            return
        if isinstance(sent, Done):
            row.shown = attempted.shown_version
            row.job = replace(job, message=sent.message, uncertain=False, attempts=0)
            row.due_at = self.clock() if job.wanted_version > row.shown else None
        elif isinstance(sent, RetryLater):
            row.job = replace(job, uncertain=sent.uncertain)

    async def fire_due(self, limit: int) -> int:
        self._check()
        self.firings += 1
        due = sorted(at for at in self.timers if at <= self.clock())[:limit]
        for at in due:
            self.timers.remove(at)
        return len(due)

    async def next_timer(self) -> datetime | None:
        self._check()
        self.looks += 1
        return min(self.timers, default=None)

    async def jobs_ahead(self, full: Collection[str]) -> JobsAhead:
        self._check()
        self.looks += 1
        now = self.clock()
        free = (row for row in self.rows.values() if name_of(row.job) not in full)
        times = [row.due_at for row in free if row.due_at is not None]
        return JobsAhead(
            is_any_due=any(at <= now for at in times),
            next_at=min((at for at in times if at > now), default=None),
        )

    async def backlog(self, *, overdue_since: datetime) -> Backlog:
        self._check()
        waiting = self._due(self.clock())
        return Backlog(
            overdue_timers=sum(at <= overdue_since for at in self.timers),
            waiting_jobs=len(waiting),
            oldest_job_at=min((row.due_at for row in waiting if row.due_at), default=None),
        )

    async def read(self, request_id: str) -> Stored | None:
        self._check()
        return self.requests.get(request_id)

    async def copies(self, request_id: str) -> Sequence[Copy]:
        return [
            Copy(
                id=row.job.copy_id,
                request_id=request_id,
                destination=row.job.destination,
                message=row.job.message,
                shown_version=row.shown,
                state=row.state,
            )
            for row in self.rows.values()
            if isinstance(row.job, CardJob) and row.job.request_id == request_id
        ]

    @property
    def hears_others(self) -> bool:
        return False

    @property
    def notices_others(self) -> bool:
        return self.is_told

    def watch(self, listener: Callable[[Sequence[str]], None]) -> Callable[[], None]:
        self.watchers.append(listener)
        return lambda: self.watchers.remove(listener)

    def watch_work(self, listener: Callable[[timedelta], None]) -> Callable[[], None]:
        return self.watch(lambda _: listener(timedelta(0)))

    def _check(self) -> None:
        if self.away is not None:
            raise self.away


_ACTION = ProposedAction(name="refund.issue", summary="Refund 240.00 EUR")


def _request(request_id: str, version: int, status: Status) -> ApprovalRequest:
    return ApprovalRequest(
        id=request_id,
        agent="support-bot",
        created_at=datetime.fromisoformat("2026-03-02T09:00:00+00:00"),
        status=status,
        version=version,
        terms=Terms(
            escalation_policy="support", quorum=Quorum(voters=("ann",)), steps=(), action_owner="ann"
        ),
        proposal=Proposal(
            action="refund.issue",
            summary="Refund 240.00 EUR",
            digest="sha256:00",
            ruling=GATE,
            policy_version="1",
        ),
    )


def _name(job: Job) -> str:
    return job.copy_id if isinstance(job, CardJob) else job.id
