"""How much room agents have left: while the limit is far away, what waits is not counted for every batch."""

from __future__ import annotations

from dataclasses import dataclass

#: requests; all other processes together do not open so many while a count is remembered
FAR = 20_000
#: how long a count is remembered (microseconds)
HOLDS = 2_000_000
#: agents; more are not remembered at once
_MOST = 1_000


@dataclass(slots=True)
class _Count:
    """What was counted, less what was taken in since."""

    limit: int
    left: int
    at: int


class Rooms:
    """Remembers counts for a moment.

    The room that is remembered is never more than there is, as far as this process goes: what it takes in is
    taken off at once, and what ends meanwhile is left for the next count.
    """

    def __init__(self) -> None:
        self._counts: dict[str, _Count] = {}

    def take(self, agent: str, limit: int, asked: int, now: int) -> int | None:
        """The room of an agent, of which `asked` is used now; None when it has to be counted."""
        count = self._counts.get(agent)
        if count is None or count.limit != limit or count.left < FAR or not 0 <= now - count.at <= HOLDS:
            return None
        left = count.left
        count.left -= asked
        return left

    def counted(self, agent: str, limit: int, left: int, asked: int, now: int) -> None:
        """Remember what was just counted, of which `asked` is used now."""
        if left < FAR:
            self._counts.pop(agent, None)
            return
        if len(self._counts) >= _MOST:
            self._counts.clear()
        self._counts[agent] = _Count(limit, left - asked, now)
