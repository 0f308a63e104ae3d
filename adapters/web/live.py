"""What changes, for everybody who has a page open. One lookout a process serves all pages."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import timedelta

from adapters.web.lookout import LOOK_EVERY, Lookout
from adapters.web.subscription import Said, Subscription
from bot.ports import Store, Stored

#: the lookout goes on for so many looks after the last page is gone, so that a reload misses nothing
_LINGER = 30
_REMEMBERED = 200

_log = logging.getLogger(__name__)


class Live:
    """The changes of this installation, and who follows them."""

    def __init__(self, store: Store, look_every: timedelta = LOOK_EVERY) -> None:
        self._lookout = Lookout(store, self._publish, look_every)
        self._subscriptions: set[Subscription] = set()
        self._told: deque[tuple[int, Stored]] = deque(maxlen=_REMEMBERED)
        self._epoch = ""
        self._count = 0
        self._starting = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None
        store.watch(self.changed)

    @property
    def known(self) -> Sequence[Stored]:
        """Everything that waits and the newest of what ended, whoever may see it."""
        return self._lookout.known

    @property
    def stamp(self) -> str:
        """How far changes were told; a page's stream goes on from the stamp that it was drawn at."""
        return f"{self._epoch}-{self._count}"

    async def start(self) -> None:
        """See that changes are followed."""
        async with self._starting:
            if self._task is not None and not self._task.done():
                return
            await self._lookout.start()
            self._epoch = secrets.token_hex(4)
            self._told.clear()
            self._task = asyncio.get_running_loop().create_task(self._run())
            self._task.add_done_callback(self._ended)

    def changed(self, request_ids: Iterable[str]) -> None:
        """Take note that requests may have changed."""
        self._lookout.changed(request_ids)

    def redraw(self, request_id: str) -> None:
        """Have pages draw a request again: there is a new line beside it."""
        self._lookout.redraw(request_id)

    def since(self, stamp: str) -> list[Stored] | None:
        """What changed after a stamp, as it stands; None when that is not known any more."""
        epoch, _, count = stamp.partition("-")
        if epoch != self._epoch or not count.isdecimal() or len(count) > 12:
            return None
        oldest = self._told[0][0] if self._told else self._count + 1
        if not oldest - 1 <= int(count) <= self._count:
            return None
        return list({s.request.id: s for number, s in self._told if number > int(count)}.values())

    def subscribe(self, person: str, session: str, is_gone: Callable[[], bool]) -> Subscription:
        """Follow the changes until `leave`; `is_gone` tells whether the browser hung up."""
        subscription = Subscription(person=person, session=session, is_gone=is_gone)
        self._subscriptions.add(subscription)
        return subscription

    def leave(self, subscription: Subscription) -> None:
        """Follow no longer."""
        self._subscriptions.discard(subscription)

    def followed_by(self, person: str) -> int:
        """How many pages a person has open."""
        return sum(s.person == person and not s.is_gone() for s in self._subscriptions)

    def say(self, people: Iterable[str], said: Said) -> None:
        """Say a sentence on every open page of these people."""
        wanted = set(people)
        for subscription in self._subscriptions:
            if subscription.person in wanted:
                subscription.say(said)

    def refresh_panel(self) -> None:
        """Have every open page draw the sample agent's log again."""
        for subscription in self._subscriptions:
            subscription.refresh_panel()

    def close_session(self, session: str) -> None:
        """End the streams of a session that ended."""
        for subscription in self._subscriptions:
            if subscription.session == session:
                subscription.close()

    def close_person(self, person: str) -> None:
        """End the streams of somebody whose sessions all ended; in other processes they end by themselves."""
        for subscription in self._subscriptions:
            if subscription.person == person:
                subscription.close()

    async def close(self) -> None:
        """End all streams; for the end of the process."""
        for subscription in self._subscriptions:
            subscription.close()
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def _run(self) -> None:
        idle = 0
        while idle < _LINGER:
            await self._lookout.look()
            idle = 0 if self._subscriptions else idle + 1

    def _publish(self, changed: Sequence[Stored]) -> None:
        for stored in changed:
            self._count += 1
            self._told.append((self._count, stored))
        for subscription in self._subscriptions:
            subscription.offer(changed)

    def _ended(self, task: asyncio.Task[None]) -> None:
        """The store failed: close the streams, so that browsers come back and try again."""
        if not task.cancelled() and task.exception() is not None:
            _log.error("The inbox cannot follow changes; open pages reconnect.", exc_info=task.exception())
            for subscription in self._subscriptions:
                subscription.close()
