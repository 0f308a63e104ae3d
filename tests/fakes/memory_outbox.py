"""The outbox of the store in memory: copies of cards, lines and callbacks, each with a due time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from bot.domain import ids
from bot.domain.effects import Effect, Ping, PostCard, RedrawCards, SendCallback, Tell
from bot.domain.moves import CallbackSettled, CardPosted, CardUndeliverable, Move, Press
from bot.ports import (
    Attempted,
    CallbackJob,
    CardJob,
    Clock,
    Copy,
    Done,
    Job,
    JobsAhead,
    LineJob,
    RetryLater,
    Stored,
)

_AnyJob = TypeVar("_AnyJob", bound=Job)


@dataclass(kw_only=True)
class _Queued(Generic[_AnyJob]):
    """A job and when it is due; a card's entry stays for good, since the next redraw needs it."""

    job: _AnyJob
    due_at: datetime
    shown_version: int = 0
    state: str = "wanted"
    why: str | None = None

    @property
    def waits(self) -> bool:
        if isinstance(self.job, CardJob):
            return self.state != "undeliverable" and self.shown_version < self.job.wanted_version
        return self.state == "wanted"


_AnyQueued = _Queued[CardJob] | _Queued[LineJob] | _Queued[CallbackJob]


class MemoryOutbox:
    """What the outside must still be told."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._cards: dict[str, _Queued[CardJob]] = {}
        self._lines: dict[str, _Queued[LineJob]] = {}
        self._callbacks: dict[str, _Queued[CallbackJob]] = {}

    def add(self, stored: Stored, effects: Iterable[Effect]) -> None:
        """Queue what a transition caused."""
        for effect in effects:
            if isinstance(effect, RedrawCards):
                self._redraw(stored)
            elif isinstance(effect, PostCard):
                self._post(stored, effect.destination)
            elif isinstance(effect, SendCallback):
                self._call_back(stored, effect)
            else:
                self._say(stored, effect)

    def stand(self, stored: Stored, destination: str, message: str) -> None:
        """A copy that was posted stands there now."""
        self._post(stored, destination)
        [*_, queued] = self._cards.values()
        queued.job = replace(queued.job, message=message)
        queued.state = "posted"

    def request_at(self, platform: str, message: str) -> str | None:
        """The request whose only copy at this message it is."""
        jobs = [queued.job for queued in self._cards.values() if queued.job.message == message]
        found = {job.request_id for job in jobs if job.destination.startswith(f"{platform}:")}
        return found.pop() if len(found) == 1 else None

    def _redraw(self, stored: Stored) -> None:
        for queued in self._copies(stored.request.id):
            queued.job = replace(queued.job, wanted_version=stored.request.version)
            queued.due_at = self._clock()

    def _post(self, stored: Stored, destination: str) -> None:
        job = CardJob(
            copy_id=ids.new_id(ids.CARD),
            request_id=stored.request.id,
            destination=destination,
            message=None,
            wanted_version=stored.request.version,
            attempts=0,
            uncertain=False,
            created_at=self._clock(),
        )
        self._cards[job.copy_id] = _Queued(job=job, due_at=self._clock())

    def _call_back(self, stored: Stored, effect: SendCallback) -> None:
        job = CallbackJob(
            id=ids.new_id(ids.CALLBACK),
            type=effect.type.value,
            agent=stored.request.agent,
            url=effect.url,
            attempts=0,
            created_at=self._clock(),
            body=None,
            stored=stored,
            event_hash="0" * 64,
        )
        self._callbacks[job.id] = _Queued(job=job, due_at=self._clock())

    def _say(self, stored: Stored, effect: Ping | Tell) -> None:
        ping = isinstance(effect, Ping)
        job = LineJob(
            id=ids.new_id(ids.EFFECT),
            kind="ping" if ping else "tell",
            request_id=stored.request.id,
            destination=effect.destination if isinstance(effect, Ping) else effect.address,
            message=None,
            line=effect.line if isinstance(effect, Ping) else effect.sentence,
            people=effect.people if isinstance(effect, Ping) else (),
            attempts=0,
        )
        self._lines[job.id] = _Queued(job=job, due_at=self._clock())

    def adopt(self, press: Press) -> None:
        """Take a copy that a press came from and that nobody knew into the books."""
        known = {queued.job.message for queued in self._copies(press.request_id)}
        if press.copy_destination is None or press.copy_message is None or press.copy_message in known:
            return
        job = CardJob(
            copy_id=ids.new_id(ids.CARD),
            request_id=press.request_id,
            destination=press.copy_destination,
            message=press.copy_message,
            wanted_version=0,
            attempts=0,
            uncertain=False,
            created_at=self._clock(),
        )
        self._cards[job.copy_id] = _Queued(job=job, due_at=self._clock(), state="posted")

    def claim(self, *, limit: int, lease: timedelta) -> Sequence[Job]:
        """Lease what is due."""
        now = self._clock()
        due = [queued for queued in self._waiting() if queued.due_at <= now][:limit]
        for queued in due:
            queued.due_at = now + lease
        return [self._fresh(queued.job) for queued in due]

    def _waiting(self) -> list[_AnyQueued]:
        """Everything that may go out; callbacks of one request one after the other."""
        first: dict[str, _Queued[CallbackJob]] = {}
        for queued in self._callbacks.values():
            if queued.waits:
                first.setdefault(queued.job.stored.request.id, queued)
        cards = [queued for queued in self._cards.values() if queued.waits]
        return [*first.values(), *cards, *(queued for queued in self._lines.values() if queued.waits)]

    def _fresh(self, job: Job) -> Job:
        if not isinstance(job, LineJob):
            return job
        there = (q.job.message for q in self._copies(job.request_id) if q.job.destination == job.destination)
        return replace(job, message=next(there, None))

    def freeze(self, job: CallbackJob, body: bytes) -> CallbackJob:
        """Keep a callback's first body; the job with it."""
        queued = self._callbacks[job.id]
        queued.job = replace(queued.job, body=queued.job.body or body)
        return replace(job, body=queued.job.body)

    def settle(self, attempted: Attempted) -> Sequence[Move]:
        """Write an attempt down; returns the moves that follow."""
        if isinstance(attempted.job, CardJob):
            return self._settle_card(self._cards[attempted.job.copy_id], attempted)
        if isinstance(attempted.job, LineJob):
            line = self._lines[attempted.job.id]
            line.job = replace(line.job, attempts=line.job.attempts + 1)
            _again_or_done(line, attempted)
            return ()
        callback = self._callbacks[attempted.job.id]
        callback.job = replace(callback.job, attempts=callback.job.attempts + 1)
        return () if _again_or_done(callback, attempted) else (_callback_settled(callback.job, attempted),)

    def _settle_card(self, queued: _Queued[CardJob], attempted: Attempted) -> Sequence[Move]:
        job, sent = queued.job, attempted.sent
        queued.job = replace(job, attempts=job.attempts + 1)
        if attempted.retry_at is not None:
            uncertain = isinstance(sent, RetryLater) and sent.uncertain
            queued.due_at, queued.job = attempted.retry_at, replace(queued.job, uncertain=uncertain)
            return ()
        if not isinstance(sent, Done):
            queued.state, queued.why = "undeliverable", sent.why
            return (_undeliverable(job, sent.why),)
        queued.state, queued.shown_version = "posted", attempted.shown_version
        queued.job = replace(queued.job, message=job.message or sent.message, uncertain=False)
        return () if job.message is not None else (_posted(job, attempted.shown_digest),)

    def ahead(self, now: datetime) -> JobsAhead:
        """What waits to be claimed."""
        times = [queued.due_at for queued in self._waiting()]
        return JobsAhead(
            is_any_due=any(at <= now for at in times),
            next_at=min((at for at in times if at > now), default=None),
        )

    def jobs(self) -> Sequence[Job]:
        """Everything that waits, for tests."""
        return [queued.job for queued in self._waiting()]

    def copies(self, request_id: str) -> Sequence[Copy]:
        """The copies of a request's card."""
        return [
            Copy(
                id=queued.job.copy_id,
                request_id=request_id,
                destination=queued.job.destination,
                message=queued.job.message,
                shown_version=queued.shown_version,
                state=queued.state,
                why=queued.why,
            )
            for queued in self._copies(request_id)
        ]

    def _copies(self, request_id: str) -> list[_Queued[CardJob]]:
        return [queued for queued in self._cards.values() if queued.job.request_id == request_id]


def _again_or_done(queued: _Queued[LineJob] | _Queued[CallbackJob], attempted: Attempted) -> bool:
    """Whether the job will be tried again."""
    if attempted.retry_at is None:
        queued.state = "posted"
        return False
    queued.due_at = attempted.retry_at
    return True


def _callback_settled(job: CallbackJob, attempted: Attempted) -> Move:
    sent = attempted.sent
    return CallbackSettled(
        request_id=job.stored.request.id,
        command_id=ids.new_id(ids.COMMAND),
        type=job.type,
        delivered=isinstance(sent, Done),
        why="" if isinstance(sent, Done) else sent.why,
    )


def _posted(job: CardJob, shown_digest: str) -> Move:
    command = ids.new_id(ids.COMMAND)
    return CardPosted(
        request_id=job.request_id,
        command_id=command,
        destination=job.destination,
        shown_digest=shown_digest,
    )


def _undeliverable(job: CardJob, why: str) -> Move:
    command = ids.new_id(ids.COMMAND)
    return CardUndeliverable(
        request_id=job.request_id, command_id=command, destination=job.destination, why=why
    )
