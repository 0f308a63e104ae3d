"""Watches the store for pages that are open: at once after commits of this process, and otherwise by looking.

Another process may have made a change, so everything that waits is looked at again every two seconds,
less often when that takes long.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import timedelta

from adapters.web.inbox import all_pending, is_over
from bot.ports import Store, Stored

LOOK_EVERY = timedelta(seconds=2)
#: looking takes at most this share of the time
_SHARE = 0.05
#: more changes at once than this are found faster by looking at everything
_FEW = 40
#: what ended lately still changes: it is taken by the agent, it fails, it is undone
_NEWEST = 50


class Lookout:
    """What waits and what ended lately, as of now; tells what changed."""

    def __init__(
        self, store: Store, tell: Callable[[Sequence[Stored]], None], look_every: timedelta = LOOK_EVERY
    ) -> None:
        self._store = store
        self._tell = tell
        self._shortest = look_every.total_seconds()
        self._next_look_at = 0.0
        self._known: dict[str, Stored] = {}
        self._dirty: set[str] = set()
        self._redrawn: set[str] = set()
        self._woken = asyncio.Event()

    @property
    def known(self) -> Sequence[Stored]:
        """Everything that waits, and the newest of what ended."""
        return list(self._known.values())

    def changed(self, request_ids: Iterable[str]) -> None:
        """These may have changed; they are told if their version is new."""
        self._dirty.update(request_ids)
        self._woken.set()

    def redraw(self, request_id: str) -> None:
        """This one is told although its version is the same: there is a new line beside it."""
        self._redrawn.add(request_id)
        self.changed((request_id,))

    async def start(self) -> None:
        """Learn how things stand; nothing is told."""
        self._dirty.clear()
        self._redrawn.clear()
        self._known = await self._everything()

    async def look(self) -> None:
        """Wait for a change or for the next look, and tell what is new."""
        clock = asyncio.get_running_loop().time
        with suppress(TimeoutError):
            async with asyncio.timeout_at(self._next_look_at):
                await self._woken.wait()
        self._woken.clear()
        dirty, self._dirty = self._dirty, set()
        redrawn, self._redrawn = self._redrawn, set()
        started_at = clock()
        if len(dirty) > _FEW or started_at >= self._next_look_at:
            found = await self._with_left_ones(await self._everything(), dirty)
            took = clock() - started_at
            self._next_look_at = clock() + max(self._shortest, took / _SHARE)
        else:
            found = self._known | await self._read(dirty)
        told = [s for i, s in found.items() if i in redrawn or self._is_new(s)]
        self._known = found
        if told:
            self._tell(told)

    def _is_new(self, stored: Stored) -> bool:
        earlier = self._known.get(stored.request.id)
        return earlier is None or earlier.request.version != stored.request.version

    async def _everything(self) -> dict[str, Stored]:
        newest = await self._store.listing(limit=_NEWEST)
        pending = await all_pending(self._store)
        return {stored.request.id: stored for stored in (*newest, *pending)}

    async def _with_left_ones(self, found: dict[str, Stored], dirty: set[str]) -> dict[str, Stored]:
        """With those that waited a moment ago and do so no longer, and those that are old."""
        waited = {i for i, stored in self._known.items() if not is_over(stored.request)}
        return found | await self._read((dirty | waited) - found.keys())

    async def _read(self, request_ids: Iterable[str]) -> dict[str, Stored]:
        read = [await self._store.read(request_id) for request_id in request_ids]
        return {stored.request.id: stored for stored in read if stored is not None}
