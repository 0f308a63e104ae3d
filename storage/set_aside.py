"""Set aside: requests whose timer could not be fired, so that one of them holds up no other."""

from __future__ import annotations

#: microseconds until a timer that could not be fired is tried again
REST = 60_000_000


class SetAside:
    """Which timers rest, as far as this process knows; told on the event loop, asked by any thread."""

    def __init__(self) -> None:
        #: ids of requests to the stamps until which they rest; replaced as a whole, never changed
        self._until: dict[str, int] = {}

    def add(self, request_id: str, now: int) -> None:
        """Leave this one for a while."""
        self._until = {**self._still(now), request_id: now + REST}

    def resting(self, now: int) -> frozenset[str]:
        """Those that are to be left now."""
        return frozenset(self._still(now)) if self._until else frozenset()

    def _still(self, now: int) -> dict[str, int]:
        # A clock that was set back must not make one rest for longer.
        return {name: until for name, until in self._until.items() if now < until <= now + REST}
