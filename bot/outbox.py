"""The outbox: carries out one job, and says what became of it and when to try again.

Everything is told at least once. A card is always drawn from the current state, so the last state
wins however many changes came between; after a post in doubt the channel is searched before another
one; a callback has one id and one body over all its attempts.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.carriers.batches import BatchCarrier
from bot.carriers.callbacks import CallbackCarrier
from bot.carriers.cards import CardCarrier
from bot.carriers.lines import PING, LineCarrier
from bot.carriers.outcome import Outcome
from bot.domain.backoff import ANSWERS, CALLBACKS, CARDS, LINES, RetryPolicy, next_attempt
from bot.domain.destinations import platform
from bot.domain.errors import Busy, PlacetError
from bot.pacing import name_of
from bot.ports import (
    Attempted,
    BatchJob,
    CallbackJob,
    CardJob,
    Clock,
    Compose,
    Composed,
    Done,
    GiveUp,
    Job,
    LineJob,
    RetryLater,
    Sent,
)

#: one attempt takes no longer, with everything it asks of the outside; shorter than a lease
LONGEST_ATTEMPT = timedelta(seconds=45)

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Performed:
    """One attempt: what the store shall write down, and what the outside answered."""

    attempted: Attempted
    #: None when the attempt ended before anything went out
    answered: Sent | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outbox:
    """Carries out jobs, one call each; never raises for what the outside or a job does."""

    cards: CardCarrier
    batches: BatchCarrier
    lines: LineCarrier
    callbacks: CallbackCarrier
    #: writes what callbacks say
    words: Compose
    clock: Clock
    #: random in [0, 1], for the jitter
    lot: Callable[[], float] = random.random
    longest_attempt: timedelta = LONGEST_ATTEMPT

    async def perform(self, job: Job) -> Performed:
        """Make one attempt at a job."""
        outcome = await self._attempt(job)
        answered = outcome.sent if outcome.asked else None
        return Performed(attempted=self._attempted(job, outcome), answered=answered)

    def compose(self, job: CallbackJob, *, receipt: str | None, decided_in: str | None) -> Composed | None:
        """What a callback says, for `Store.claim`; None, and a line in the log, when it cannot be written."""
        try:
            return self.words(job, receipt=receipt, decided_in=decided_in)
        except Exception:  # noqa: BLE001 - one that cannot be written must not keep the others from being sent
            _log.exception("A callback could not be written and is tried again later.", extra=_about(job))
            return None

    def interrupted(self, job: Job) -> Attempted:
        """For an attempt that was cut off by a shutdown: at once again, and it may have worked."""
        sent = RetryLater(why="Placet was stopped meanwhile.", uncertain=True)
        return Attempted(job=job, sent=sent, retry_at=self.clock())

    async def _attempt(self, job: Job) -> Outcome:
        try:
            async with asyncio.timeout(self.longest_attempt.total_seconds()):
                return await self._carry(job)
        except PlacetError as error:
            _log.warning("A job is tried again later: %s", error.sentence, extra=_about(job))
            return Outcome(
                sent=RetryLater(why=error.sentence, uncertain=True), asked=not isinstance(error, Busy)
            )
        except Exception as error:  # noqa: BLE001 - the loop of the outbox outlives every job
            # Whatever went wrong, the job is still to be done; it may even have been.
            _log.exception("A job failed unexpectedly and is tried again later.", extra=_about(job))
            return Outcome(sent=RetryLater(why=f"It failed here: {type(error).__name__}.", uncertain=True))

    async def _carry(self, job: Job) -> Outcome:
        if isinstance(job, CardJob):
            return await self.cards.carry(job)
        if isinstance(job, BatchJob):
            return await self.batches.carry(job)
        if isinstance(job, CallbackJob):
            return await self.callbacks.carry(job)
        return await self.lines.carry(job)

    def _attempted(self, job: Job, outcome: Outcome) -> Attempted:
        sent, retry_at = outcome.sent, None
        if isinstance(sent, RetryLater):
            retry_at = self._retry_at(job, sent, _policy(job, outcome))
            if retry_at is None:
                sent = GiveUp(why=f"Given up after {job.attempts} tries; the last one: {sent.why}")
        if isinstance(sent, GiveUp):
            _log.warning("Given up: %s", sent.why, extra=_about(job))
        if outcome.shown is None or not isinstance(sent, Done):
            return Attempted(job=job, sent=sent, retry_at=retry_at)
        shown = outcome.shown
        return Attempted(
            job=job,
            sent=sent,
            retry_at=None,
            shown_version=shown.version,
            shown_digest=shown.digest,
            shown_versions=shown.versions,
        )

    def _retry_at(self, job: Job, sent: RetryLater, policy: RetryPolicy) -> datetime | None:
        return next_attempt(
            policy,
            tried=job.attempts,
            after=sent.after,
            now=self.clock(),
            draw=self.lot(),
            made_at=job.created_at if isinstance(job, CallbackJob) else None,
        )


def _policy(job: Job, outcome: Outcome) -> RetryPolicy:
    if isinstance(job, CallbackJob):
        return CALLBACKS
    # A line that waits for its card is as durable as the card.
    if isinstance(job, CardJob | BatchJob) or not outcome.asked:
        return CARDS
    return LINES if job.kind == PING else ANSWERS


def _about(job: Job) -> dict[str, object]:
    """For the log: which job it is, without its words and without addresses, which may be secrets."""
    if isinstance(job, BatchJob):
        return {"job": job.id, "destination": job.destination}
    name = job.copy_id if isinstance(job, CardJob) else job.id
    request_id = job.stored.request.id if isinstance(job, CallbackJob) else job.request_id
    is_answer = isinstance(job, LineJob) and job.kind != PING
    where = platform(name_of(job)) if is_answer else name_of(job)
    return {"job": name, "request_id": request_id, "destination": where}
