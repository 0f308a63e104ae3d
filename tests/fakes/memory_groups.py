"""What was read of groups, kept in memory: enough to see what was asked for."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from bot.domain.errors import Busy
from bot.domain.memberships import Membership
from bot.domain.transition import Answer


class MemoryGroups:
    """`bot.groups.GroupBook`. `due` is handed out once; `waiting` are the sources that presses wait for."""

    def __init__(self) -> None:
        self.due: list[str] = []
        self.waiting: set[str] | None = None
        self.kept: dict[str, Membership] = {}
        self.next_at_of: dict[str, datetime] = {}
        self.put_off_until: dict[str, datetime] = {}
        self.distrusted: list[str] = []
        self.urgent: list[Collection[str]] = []
        self.answers: list[Answer] = []
        self.is_away = False

    async def claim(
        self, sources: Collection[str], *, urgent: Collection[str], limit: int, lease: timedelta
    ) -> Sequence[str]:
        self._reach()
        self.urgent.append(urgent)
        claimed = [source for source in self.due if source in sources][:limit]
        self.due = [source for source in self.due if source not in claimed]
        return claimed

    async def next_at(self, sources: Collection[str]) -> datetime | None:
        self._reach()
        known = [self.next_at_of[source] for source in sources if source in self.next_at_of]
        return min(known, default=None) if len(known) == len(sources) and not self.due else None

    async def keep(self, membership: Membership, *, next_at: datetime) -> None:
        self._reach()
        self.kept[membership.group] = membership
        self.next_at_of[membership.group] = next_at

    async def put_off(self, source: str, *, until: datetime) -> None:
        self._reach()
        self.put_off_until[source] = until

    async def distrust(self, sources: Collection[str]) -> None:
        self._reach()
        self.distrusted += sources

    async def waited_for(self) -> Collection[str] | None:
        self._reach()
        return self.waiting

    async def decide(self, *, patience: timedelta, limit: int) -> Sequence[Answer]:
        self._reach()
        decided, self.answers = self.answers, []
        self.waiting = None
        return decided

    def _reach(self) -> None:
        if self.is_away:
            raise Busy
