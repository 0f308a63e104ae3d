"""How much room agents have left: what waits is counted anew only when that is cheap, or was long ago.

A count of many requests is remembered for a moment that grows with how many they were, so that counting takes
a small share of the time however many requests are open. Few are counted for every batch, exactly.
"""

from __future__ import annotations

from dataclasses import dataclass

#: requests that are counted in less time than it takes to store one more
FEW = 2_000
#: requests; all other processes together do not open so many while a count is remembered
FAR = 20_000
#: how long a count is remembered for each request in it (microseconds): many times what counting took …
HOLDS_EACH = 2
#: … and at the most; also how long one is remembered that leaves far more room than could be used meanwhile
HOLDS = 2_000_000
#: agents; more are not remembered at once
_MOST = 1_000


@dataclass(slots=True)
class _Count:
    """What was counted, less what was taken in since."""

    limit: int
    left: int
    at: int
    #: requests that were open
    open: int

    def holds_at(self, now: int) -> bool:
        """Whether it need not be made again."""
        age = now - self.at
        if age < 0:
            return False
        if self.left >= FAR:
            return age <= HOLDS
        return self.open > FEW and age <= min(HOLDS, HOLDS_EACH * self.open)


class Rooms:
    """Remembers counts for a moment.

    The room that is remembered is never more than there is, as far as this process goes: what it takes in is
    taken off at once, and what ends meanwhile is left for the next count. What other processes on the same
    database take in is seen by the next count, too: together they may go beyond a limit of thousands by what
    they store while a count holds.
    """

    def __init__(self) -> None:
        self._counts: dict[str, _Count] = {}

    def take(self, agent: str, limit: int, asked: int, now: int) -> int | None:
        """The room of an agent, of which `asked` is used now; None when it has to be counted."""
        count = self._counts.get(agent)
        if count is None or count.limit != limit or not count.holds_at(now):
            return None
        left = count.left
        count.left = max(0, left - asked)
        return left

    def counted(self, agent: str, limit: int, left: int, asked: int, now: int) -> None:
        """Remember what was just counted, of which `asked` is used now."""
        if len(self._counts) >= _MOST:
            self._counts.clear()
        self._counts[agent] = _Count(limit, max(0, left - asked), now, limit - left)
