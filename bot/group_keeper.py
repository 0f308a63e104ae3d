"""Reads groups in the background, so that most presses find them fresh, and at once when a press waits.

One of all workers reads a group; the others use what it wrote down.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from bot.domain.directory import Directory
from bot.domain.memberships import Membership
from bot.groups import GroupBook, GroupSource, NobodyThere, NotNow, Read, Roster
from bot.metrics import Metrics
from bot.ports import Clock

#: how old what is known gets by itself: half of what a decision takes, so that one failure harms nobody
EVERY = timedelta(seconds=30)
#: for each group of a platform, so that many are read less often: Slack allows twenty such questions a minute
#: (docs.slack.dev/reference/methods/usergroups.users.list)
SPACING = timedelta(seconds=4)
#: longer than any attempt, shorter than a press waits
LEASE = timedelta(seconds=15)
LONGEST_ATTEMPT = timedelta(seconds=10)
#: a press waits no longer; then its presser is told
PATIENCE = timedelta(seconds=30)
#: after failures, each wait twice the one before
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=1), timedelta(seconds=60)
#: groups read, and presses decided, at a time
BATCH = 64
#: between looks: while presses wait, while groups are to be kept fresh, and otherwise
WAITING, KEEPING, IDLE = timedelta(milliseconds=250), timedelta(seconds=1), timedelta(seconds=5)

_log = logging.getLogger(__name__)


@dataclass(slots=True, kw_only=True)
class GroupKeeper:
    """Steps for a loop."""

    book: GroupBook
    #: by platform
    sources: Mapping[str, GroupSource]
    directory: Callable[[], Directory]
    clock: Clock
    metrics: Metrics
    #: whether it is told within `soon` that something was committed, by whomever
    is_told: Callable[[], bool] = lambda: False
    #: failures in a row
    _failures: dict[str, int] = field(default_factory=dict)
    #: what was complained about last
    _complaints: dict[str, str] = field(default_factory=dict)

    async def step(self) -> timedelta:
        """Read what is due, then decide what waited for it; returns how long to rest."""
        wanted = {source for sources in self.directory().live.values() for source in sources}
        waited_for = await self.book.waited_for()
        try:
            if wanted:
                await self._read_due(wanted, waited_for or ())
        finally:
            # Whatever goes wrong with a group, nobody who pressed waits longer than they were told.
            if waited_for is not None:
                await self._decide()
        if waited_for is None:
            return await self._rest(wanted) if wanted else IDLE
        return WAITING

    @property
    def soon(self) -> timedelta:
        """How soon after a commit to take a step: somebody may have said that a group has changed."""
        return KEEPING if self.directory().live else IDLE

    async def _decide(self) -> None:
        for answer in await self.book.decide(patience=PATIENCE, limit=BATCH):
            self.metrics.decided_late(answer.code)

    async def _rest(self, wanted: Collection[str]) -> timedelta:
        """Until the next group is due, where changes are told of."""
        if not self.is_told():
            return KEEPING
        next_at = await self.book.next_at(wanted)
        return KEEPING if next_at is None else min(IDLE, max(KEEPING, next_at - self.clock()))

    async def _read_due(self, wanted: Collection[str], urgent: Collection[str]) -> None:
        due = await self.book.claim(wanted, urgent=urgent, limit=BATCH, lease=LEASE)
        every = self._every(wanted)
        reading = (self._refresh(source, every[_platform(source)]) for source in due)
        ends = await asyncio.gather(*reading, return_exceptions=True)
        # One that cannot be understood keeps none of the others from being kept.
        for error in (end for end in ends if end is not None):
            raise error

    async def _refresh(self, source: str, every: timedelta) -> None:
        asked_at = self.clock()
        read = await self._ask(source)
        now = self.clock()
        self._note(source, read)
        if isinstance(read, NotNow):
            failures = self._failures[source]
            wait = min(LONGEST_WAIT, FIRST_WAIT * (1 << min(failures - 1, 10)))
            await self.book.put_off(source, until=now + max(wait, read.after or timedelta(0)))
            return
        accounts = read.accounts if isinstance(read, Roster) else ()
        fault = read.why if isinstance(read, NobodyThere) else ""
        membership = Membership(group=source, accounts=accounts, fetched_at=asked_at, fault=fault)
        await self.book.keep(membership, next_at=now + every)

    async def _ask(self, source: str) -> Read:
        platform = self.sources.get(_platform(source))
        if platform is None:
            return NobodyThere(why=f"{_platform(source).capitalize()} is not connected.")
        try:
            async with asyncio.timeout(LONGEST_ATTEMPT.total_seconds()):
                return await platform.read_group(source)
        except TimeoutError:
            return NotNow(why=f"{_platform(source).capitalize()} did not answer in time.")

    def _note(self, source: str, read: Read) -> None:
        why = "" if isinstance(read, Roster) else read.why
        self.metrics.group_read(_OUTCOMES[type(read)])
        self._failures[source] = self._failures.get(source, 0) + 1 if isinstance(read, NotNow) else 0
        if why != self._complaints.get(source, ""):
            if why:
                _log.warning("Who is in %s cannot be read, so nobody there counts: %s", source, why)
            else:
                _log.info("Who is in %s can be read again.", source)
            self._complaints[source] = why

    def _every(self, wanted: Collection[str]) -> Mapping[str, timedelta]:
        platforms = [_platform(source) for source in wanted]
        return {each: max(EVERY, SPACING * platforms.count(each)) for each in set(platforms)}


def _platform(source: str) -> str:
    return source.partition(":")[0]


_OUTCOMES: dict[type, str] = {Roster: "read", NobodyThere: "unreadable", NotNow: "failed"}
