"""Pacing: how fast each destination may be sent to; one that is slow, limited or dead delays only itself.

Known by this process alone: several workers may together run into a platform's limit, and then its
Retry-After holds each of them back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType

from bot.domain.destinations import CALLBACK, of_callback, platform, slots
from bot.haste import Haste
from bot.ports import BatchJob, CallbackJob, CardJob, Clock, Job, LineJob, RetryLater, Sent


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How dense messages may be in one channel; a short burst is let through."""

    #: between two new messages
    message: timedelta
    #: between two changes of messages that stand
    redraw: timedelta
    #: how far ahead of its pace a channel may run
    burst: timedelta
    #: slower ones with longer bursts, which have to be kept as well
    also: tuple[Pace, ...] = ()

    @property
    def each(self) -> tuple[Pace, ...]:
        """All that have to be kept."""
        return (self, *self.also)


#: Slack lets one message per second into a channel, and short bursts
#: (docs.slack.dev/apis/web-api/rate-limits); Teams 7 in 1 s, 8 in 2 s, 60 in 30 s and 1800 in an hour into a
#: conversation (learn.microsoft.com/microsoftteams/platform/bots/how-to/rate-limit), of which some are left
#: for answers and rosters, which are not paced.
PACES: Mapping[str, Pace] = MappingProxyType(
    {
        "slack": Pace(
            message=timedelta(seconds=1), redraw=timedelta(milliseconds=250), burst=timedelta(seconds=2)
        ),
        "teams": Pace(
            message=timedelta(milliseconds=600),
            redraw=timedelta(milliseconds=600),
            burst=timedelta(milliseconds=1500),
            also=(
                Pace(
                    message=timedelta(milliseconds=2500),
                    redraw=timedelta(milliseconds=2500),
                    burst=timedelta(minutes=14),
                ),
            ),
        ),
    }
)
#: the same, for tests and simulations in which nothing is limited
UNPACED: Mapping[str, Pace] = MappingProxyType({})

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

    under_way: int = 0
    failures: int = 0
    #: where each of its paces has got to; ahead of the clock while it has to slow down
    paced_until: tuple[datetime, ...] = ()
    #: the same before what is under way
    paced_before: tuple[datetime, ...] = ()
    #: nothing goes there before
    held_until: datetime | None = None

    @property
    def is_unwell(self) -> bool:
        return self.failures >= UNWELL_AFTER

    def is_ready(self, now: datetime) -> bool:
        """Whether no failure holds anything back."""
        return not self.is_unwell and (self.held_until is None or self.held_until <= now)

    def free_at(self, pace: Pace | None) -> datetime | None:
        """When something may go there again, None when nothing says otherwise."""
        paces = () if pace is None else pace.each
        ends = [until - each.burst for each, until in zip(paces, self.paced_until, strict=False)]
        return max([*ends, self.held_until] if self.held_until is not None else ends, default=None)

    def go(self, pace: Pace, job: Job, now: datetime) -> None:
        """Something goes there."""
        self.paced_before = self.paced_until or (now,) * len(pace.each)
        self.came(pace, job, now)

    def came(self, pace: Pace, job: Job, now: datetime) -> None:
        """It has got there by now; nobody knows how much earlier, so that its pace begins no earlier."""
        self.paced_until = tuple(
            max(now, until) + _cost(each, job)
            for each, until in zip(pace.each, self.paced_before, strict=True)
        )

    def is_forgettable(self, now: datetime) -> bool:
        """Whether it is as if never seen."""
        ends_at = now - MEMORY if self.failures else now
        ends = (*self.paced_until, self.held_until)
        return not self.under_way and all(at is None or at <= ends_at for at in ends)


@dataclass(slots=True)
class Pacing:
    """Which destinations may take another job now."""

    clock: Clock
    paces: Mapping[str, Pace] = field(default_factory=lambda: PACES)
    _known: dict[str, _Destination] = field(default_factory=dict)
    _haste: Haste = field(init=False)

    def __post_init__(self) -> None:
        """Nobody has earned anything yet."""
        self._haste = Haste(self.clock)

    def begin(self, job: Job) -> None:
        """A job is under way."""
        destination = self._at(job)
        destination.under_way += 1
        if isinstance(job, CallbackJob):
            self._haste.begin(job)
        pace = self._pace(name_of(job))
        if pace is not None and not _is_answer(job):
            destination.go(pace, job, self.clock())

    def end(self, job: Job, sent: Sent | None) -> None:
        """A job came to its end; `sent` is None when nothing reached the outside."""
        destination = self._at(job)
        destination.under_way -= 1
        pace = self._pace(name_of(job))
        if pace is not None and destination.paced_before and not _is_answer(job):
            destination.came(pace, job, self.clock())
        if isinstance(job, CallbackJob):
            self._haste.end(job, sent)
        if isinstance(sent, RetryLater):
            self._failed(name_of(job), destination, sent)
        elif sent is not None:
            destination.failures = 0

    def forget_moments(self) -> None:
        """The clock was set, so no moment that was remembered means anything; failures stay counted."""
        self._haste.forget()
        for known in self._known.values():
            known.paced_until, known.paced_before, known.held_until = (), (), None

    def busy(self) -> dict[str, int]:
        """For `Store.claim`: how many slots of each destination are taken; all of them while it must rest."""
        now = self.clock()
        self._forget(now)
        taken = {name: self._taken(name, known, now) for name, known in self._known.items()}
        return {name: count for name, count in taken.items() if count}

    def full(self) -> frozenset[str]:
        """Destinations that take nothing more now."""
        more = self.slots()
        return frozenset(name for name, taken in self.busy().items() if taken >= more.get(name, slots(name)))

    def slots(self) -> dict[str, int]:
        """For `Store.claim`: destinations that have more slots than the usual ones, and how many."""
        now = self.clock()
        more = self._haste.slots({name: known.under_way for name, known in self._known.items()})
        held = {name for name, known in self._known.items() if not known.is_ready(now)}
        return {name: count for name, count in more.items() if name not in held}

    def free_at(self) -> datetime | None:
        """When the next resting destination may be sent to again, None when none rests."""
        now = self.clock()
        ends = [known.free_at(self._pace(name)) for name, known in self._known.items()]
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
        free_at = known.free_at(self._pace(name))
        rests = free_at is not None and free_at > now
        if rests or (known.is_unwell and known.under_way):
            return max(known.under_way, slots(name))
        if known.is_unwell:
            return slots(name) - 1
        return known.under_way

    def _pace(self, name: str) -> Pace | None:
        return self.paces.get(platform(name))

    def _at(self, job: Job) -> _Destination:
        return self._known.setdefault(name_of(job), _Destination())

    def _forget(self, now: datetime) -> None:
        for name in [name for name, known in self._known.items() if known.is_forgettable(now)]:
            del self._known[name]


def name_of(job: Job) -> str:
    """The destination of a job."""
    return of_callback(job.url) if isinstance(job, CallbackJob) else job.destination


def _is_answer(job: Job) -> bool:
    """Private answers go each to a place of its own, which nothing crowds."""
    return isinstance(job, LineJob) and job.kind == "tell"


def _cost(pace: Pace, job: Job) -> timedelta:
    is_redraw = isinstance(job, CardJob | BatchJob) and job.message is not None
    return pace.redraw if is_redraw else pace.message
