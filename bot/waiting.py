"""Long polls: callers that wait for a request to change, woken after each commit."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from bot.looking import SELDOM
from bot.ports import Store

#: where nobody tells what other processes change, a waiter looks by itself this often (seconds)
LOOK_EVERY = 1.0


class Change:
    """One caller's wait."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._happened = asyncio.Event()

    def happened(self) -> None:
        """Wake the waiter."""
        self._happened.set()

    async def before(self, ends_at: float) -> bool:
        """Wait for a change or the next look; False when the loop's time has reached `ends_at`."""
        left = ends_at - asyncio.get_running_loop().time()
        if left <= 0:
            return False
        try:
            async with asyncio.timeout(min(left, self._look_every())):
                await self._happened.wait()
        except TimeoutError:
            return True
        self._happened.clear()
        return True

    def _look_every(self) -> float:
        return SELDOM.total_seconds() if self._store.hears_others else LOOK_EVERY


class Waiting:
    """Everybody who waits, by request."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._changes: dict[str, set[Change]] = {}
        store.watch(self._on_changes)

    @contextmanager
    def on(self, request_id: str) -> Iterator[Change]:
        """Take part in a request's changes while the block runs."""
        change = Change(self._store)
        self._changes.setdefault(request_id, set()).add(change)
        try:
            yield change
        finally:
            waiters = self._changes[request_id]
            waiters.discard(change)
            if not waiters:
                del self._changes[request_id]

    def _on_changes(self, request_ids: Sequence[str]) -> None:
        for request_id in request_ids:
            for change in self._changes.get(request_id, ()):
                change.happened()
