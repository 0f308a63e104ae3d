"""How often somebody may come: a bucket of tokens for each, kept as one number.

A bucket that fills steadily is wholly told by the moment at which it will be full again (the generic cell
rate algorithm). Whoever has a full bucket need not be remembered at all, which keeps the book short.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

#: seconds' worth of tokens that a bucket holds where nothing else is said
BURST_SECONDS = 20.0
#: how many who came lately are remembered (a few megabytes)
MOST_REMEMBERED = 16_384


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """So many times a second in the long run, and so many at once."""

    per_second: float
    #: times at once, 1 or more
    burst: float

    def __str__(self) -> str:
        """As the setting is written."""
        return f"{self.per_second:g}"

    @classmethod
    def steady(cls, per_second: float) -> Rate:
        """A rate with `BURST_SECONDS` worth of tokens."""
        return cls(per_second=per_second, burst=max(1.0, per_second * BURST_SECONDS))


class Rates:
    """The buckets of everybody; without a rate everybody may always come."""

    def __init__(
        self, rate: Rate | None, *, now: Callable[[], float] = time.monotonic, most: int = MOST_REMEMBERED
    ) -> None:
        self._now = now
        self._most = most
        self._interval = 1 / rate.per_second if rate else 0.0
        self._depth = rate.burst * self._interval if rate else 0.0
        #: when each bucket is full again
        self._full_at: dict[str, float] = {}

    def __len__(self) -> int:
        """How many are remembered."""
        return len(self._full_at)

    def take(self, who: str) -> float:
        """Take one token; the seconds after which to come again, 0.0 where there was one."""
        if not self._interval:
            return 0.0
        now = self._now()
        full_at = self._full_at.get(who, now)
        after = max(full_at, now) + self._interval
        if after - now > self._depth:
            return after - now - self._depth
        self._full_at[who] = after
        if len(self._full_at) > self._most:
            self._forget(now)
        return 0.0

    def _forget(self, now: float) -> None:
        """Forget whose bucket is full; and when they are too many, the half that came least."""
        left = {who: full_at for who, full_at in self._full_at.items() if full_at > now}
        if len(left) > self._most // 2:
            least = sorted(left.values())[len(left) // 2]
            left = {who: full_at for who, full_at in left.items() if full_at > least}
        self._full_at = left
