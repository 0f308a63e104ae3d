"""How much Teams takes, and how fast; written down once more, so that a wrong number of the product shows.

learn.microsoft.com/microsoftteams/platform/bots/how-to/rate-limit
"""

import json
from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

#: so many requests within so many seconds, for one conversation
RATES = ((7, 1), (8, 2), (60, 30), (1800, 3600))
MOST_BYTES = 28 * 1024


class Rates:
    """Counts per conversation."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self.clock = clock
        self._seen: dict[str, list[datetime]] = defaultdict(list)

    def hold(self, conversation: str) -> int | None:
        """Seconds for `Retry-After`, None when the request may pass (and then it counts)."""
        now, seen = self.clock(), self._seen[conversation]
        for most, seconds in RATES:
            inside = [at for at in seen if at > now - timedelta(seconds=seconds)]
            if len(inside) >= most:
                return max(1, seconds - int((now - inside[0]).total_seconds()))
        seen.append(now)
        return None


def is_too_big(activity: Mapping[str, Any]) -> bool:
    """Whether Teams refuses it for its size."""
    return len(json.dumps(activity, ensure_ascii=False).encode()) > MOST_BYTES
