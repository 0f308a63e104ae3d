"""Pacing: how fast each destination may be sent to; one that is slow, limited or dead delays only itself.

Known by this process alone: several workers may together run into a platform's limit, and then its
Retry-After holds each of them back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.domain.destinations import CALLBACK, of_callback, platform, slots
from bot.pace import PACES, Meters, Pace
from bot.ports import BatchJob, CallbackJob, CardJob, Clock, Job, LineJob, RetryLater, Sent

#: so many failures in a row, and a destination is unwell
UNWELL_AFTER = 4
#: an unwell destination is tried after this, then twice this …
FIRST_HOLD = timedelta(seconds=1)
#: … but at least this often; many agents may share a callback server, so none of them closes it for longer
LONGEST_HOLD = timedelta(minutes=1)
#: how long a chat platform may close one of its channels
LONGEST_CHANNEL_HOLD = timedelta(hours=1)
#: failures are remembered for as long
MEMORY = timedelta(hours=1)


@dataclass(slots=True)
class _Destination:
    """What is known about one destination."""

    #: None where nothing limits it
    meters: Meters | None
    under_way: int = 0
    failures: int = 0
    #: nothing goes there before
    held_until: datetime | None = None

    @property
    def is_unwell(self) -> bool:
        return self.failures >= UNWELL_AFTER

    @property
    def free_at(self) -> datetime | None:
        """When something may go there again, None when nothing says otherwise."""
        paced_until = None if self.meters is None else self.meters.free_at
        return max((at for at in (paced_until, self.held_until) if at is not None), default=None)

    def is_forgettable(self, now: datetime) -> bool:
        """Whether it is as if never seen."""
        ends_at = now - MEMORY if self.failures else now
        ends = (self.held_until, None if self.meters is None else self.meters.ends_at)
        return not self.under_way and all(at is None or at <= ends_at for at in ends)


@dataclass(slots=True)
class Pacing:
    """Which destinations may take another job now."""

    clock: Clock
    paces: Mapping[str, Pace] = field(default_factory=lambda: PACES)
    _known: dict[str, _Destination] = field(default_factory=dict)

    def begin(self, job: Job) -> None:
        """A job is under way; nothing else goes into a channel of a chat meanwhile, as it has one slot."""
        self._at(job).under_way += 1

    def end(self, job: Job, sent: Sent | None) -> None:
        """A job came to its end; `sent` is None when nothing reached the outside."""
        destination = self._at(job)
        destination.under_way -= 1
        if sent is not None and destination.meters is not None and not _is_answer(job):
            destination.meters.came(self.clock(), is_redraw=_is_redraw(job))
        if isinstance(sent, RetryLater):
            self._failed(name_of(job), destination, sent)
        elif sent is not None:
            destination.failures = 0

    def forget_moments(self) -> None:
        """The clock was set, so no moment that was remembered means anything; failures stay counted."""
        for name, known in self._known.items():
            known.meters, known.held_until = self._meters(name), None

    def busy(self) -> dict[str, int]:
        """For `Store.claim`: how many slots of each destination are taken; all of them while it must rest."""
        now = self.clock()
        self._forget(now)
        taken = {name: self._taken(name, known, now) for name, known in self._known.items()}
        return {name: count for name, count in taken.items() if count}

    def full(self) -> frozenset[str]:
        """Destinations that take nothing more now."""
        return frozenset(name for name, taken in self.busy().items() if taken >= slots(name))

    def free_at(self) -> datetime | None:
        """When the next resting destination may be sent to again, None when none rests."""
        now = self.clock()
        ends = [known.free_at for known in self._known.values()]
        return min((at for at in ends if at is not None and at > now), default=None)

    def _failed(self, name: str, destination: _Destination, sent: RetryLater) -> None:
        destination.failures += 1
        hold = timedelta(0)
        if sent.after is not None:
            longest = LONGEST_HOLD if platform(name) == CALLBACK else LONGEST_CHANNEL_HOLD
            hold = min(sent.after, longest)
        elif destination.is_unwell:
            hold = min(LONGEST_HOLD, FIRST_HOLD * 2 ** min(destination.failures - UNWELL_AFTER, 10))
        until = self.clock() + hold
        destination.held_until = max(until, destination.held_until or until)

    def _taken(self, name: str, known: _Destination, now: datetime) -> int:
        free_at = known.free_at
        rests = free_at is not None and free_at > now
        if rests or (known.is_unwell and known.under_way):
            return max(known.under_way, slots(name))
        if known.is_unwell:
            return slots(name) - 1
        return known.under_way

    def _meters(self, name: str) -> Meters | None:
        pace = self.paces.get(platform(name))
        return None if pace is None else Meters(pace)

    def _at(self, job: Job) -> _Destination:
        name = name_of(job)
        known = self._known.get(name)
        if known is None:
            known = self._known[name] = _Destination(self._meters(name))
        return known

    def _forget(self, now: datetime) -> None:
        for name in [name for name, known in self._known.items() if known.is_forgettable(now)]:
            del self._known[name]


def name_of(job: Job) -> str:
    """The destination of a job."""
    return of_callback(job.url) if isinstance(job, CallbackJob) else job.destination


def _is_answer(job: Job) -> bool:
    """Private answers go each to a place of its own, which nothing crowds."""
    return isinstance(job, LineJob) and job.kind == "tell"


def _is_redraw(job: Job) -> bool:
    return isinstance(job, CardJob | BatchJob) and job.message is not None
