"""Haste: a receiver that answers its callbacks promptly may be sent more of them at a time.

With its usual slots alone, a burst of decisions waits for rounds of eight, each a claim, an answer and a
write; with more slots the same callbacks are claimed and written down in larger groups.
Who does not answer has earned nothing, so that a dead receiver holds its usual slots and no more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.domain.destinations import of_callback, slots
from bot.ports import CallbackJob, Clock, Done, RetryLater, Sent

#: what comes within this time is a prompt answer, and earns one slot more …
PROMPT = timedelta(seconds=1)
#: … up to so many beyond the usual ones …
MOST = 24
#: … of which there are so many for all receivers together; what is beyond them is nobody's …
SPARE = 32
#: … and no longer than this after the last answer
EARNED_FOR = timedelta(minutes=1)


@dataclass(slots=True)
class _Earned:
    """Slots beyond the usual ones, and until when."""

    slots: int
    until: datetime


@dataclass(slots=True)
class Haste:
    """Who has earned more slots."""

    clock: Clock
    #: callbacks under way, by id, and since when
    _began_at: dict[str, datetime] = field(default_factory=dict)
    _earned: dict[str, _Earned] = field(default_factory=dict)

    def begin(self, job: CallbackJob) -> None:
        """A callback is under way."""
        self._began_at[job.id] = self.clock()

    def end(self, job: CallbackJob, sent: Sent | None) -> None:
        """It came to its end; no answer, or a late one, takes away what was earned."""
        now = self.clock()
        began_at = self._began_at.pop(job.id, now)
        name = of_callback(job.url)
        if isinstance(sent, Done) and now - began_at <= PROMPT:
            earned = self._earned.setdefault(name, _Earned(0, now))
            earned.slots = min(earned.slots + 1, MOST)
            earned.until = now + EARNED_FOR
        elif isinstance(sent, Done | RetryLater):
            self._earned.pop(name, None)

    def forget(self) -> None:
        """The clock was set, so no moment that was remembered means anything."""
        self._began_at.clear()
        self._earned.clear()

    def slots(self, under_way: Mapping[str, int]) -> dict[str, int]:
        """How many slots those have that have more than the usual ones, by how many jobs are under way."""
        self._lapse()
        beyond = {name: max(0, count - slots(name)) for name, count in under_way.items()}
        left = max(0, SPARE - sum(beyond.values()))
        more = dict[str, int]()
        # Those at work come first: who has nothing under way may have nothing to be sent either.
        for name in sorted(self._earned, key=lambda name: -under_way.get(name, 0)):
            taken = beyond.get(name, 0)
            given = min(max(0, self._earned[name].slots - taken), left)
            left -= given
            if taken + given:
                more[name] = slots(name) + taken + given
        return more

    def _lapse(self) -> None:
        now = self.clock()
        for name in [name for name, earned in self._earned.items() if earned.until <= now]:
            del self._earned[name]
