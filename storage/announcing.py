"""Announcing: tells listeners what a commit changed, those in this process and in the others."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import TypeVar

from bot.domain.request import ApprovalRequest
from bot.looking import OFTEN
from storage.context import Batch
from storage.engine import is_sqlite, sqlite_path
from storage.far_bell import FarBell
from storage.far_news import News
from storage.file_bell import FileBell

L = TypeVar("L")

AT_ONCE = timedelta(0)


class Announcer:
    """Called by the writer's thread after each COMMIT; listeners are called on the event loop."""

    def __init__(self, url: str, *, name: str, on_end: Callable[[ApprovalRequest], None]) -> None:
        """`on_end` hears of every request that this process brought to its end."""
        self._on_end = on_end
        self._loop: asyncio.AbstractEventLoop | None = None
        self._changes: list[Callable[[Sequence[str]], None]] = []
        self._work: list[Callable[[timedelta], None]] = []
        self._holds: list[Callable[[], None]] = []
        self._commits: list[Callable[[], None]] = []
        self._is_file = is_sqlite(url)
        self._url, self._name = url, name
        self._bell: FarBell | FileBell | None = None

    @property
    def hears_others(self) -> bool:
        """Whether other processes tell at once which requests they change."""
        return self.notices_others and not self._is_file

    @property
    def notices_others(self) -> bool:
        """Whether it is told, half a second later at most, that another process has committed something."""
        return self._bell is not None and self._bell.hears

    def listen(self) -> None:
        """Begin to tell other processes and to hear of them."""
        self.bind()
        if self._bell is None:
            self._bell = self._made()
            self._bell.start()

    def bind(self) -> None:
        """Call listeners on the event loop that runs now, from the first time on."""
        if self._loop is None:
            self._loop = asyncio.get_running_loop()

    def close(self) -> None:
        """Tell the others what is left."""
        bell, self._bell = self._bell, None
        if bell is not None:
            bell.stop()

    def watch(self, listener: Callable[[Sequence[str]], None]) -> Callable[[], None]:
        """Call with ids of requests that changed, here or elsewhere; returns how to stop."""
        return _joined(self._changes, listener)

    def watch_work(self, listener: Callable[[timedelta], None]) -> Callable[[], None]:
        """Call after whatever may have left work, with how soon to look for it."""
        return _joined(self._work, listener)

    def watch_commits(self, listener: Callable[[], None]) -> None:
        """Call after a commit that may have changed anything at all, here or elsewhere."""
        self._commits.append(listener)

    def watch_holds(self, listener: Callable[[], None]) -> None:
        """Call after a commit that made a press wait."""
        self._holds.append(listener)

    def announce(self, batch: Batch) -> None:
        """Tell what a batch changed."""
        does_work = bool(batch.changed or batch.has_effects or batch.holds)
        if not (does_work or batch.does_more):
            return
        if self._bell is not None:
            # Whoever has a worker carries out what it caused, and need not have others look for it.
            work, holds = does_work and not self._work, batch.holds and not self._holds
            self._bell.ring(News(changed=dict(batch.changed), work=work, holds=holds, more=batch.does_more))
        self._call(News(changed=dict(batch.changed), work=does_work, holds=batch.holds), batch.ended)

    def _made(self) -> FarBell | FileBell:
        if self._is_file:
            return FileBell(sqlite_path(self._url), heard=self._hear)
        return FarBell(self._url, name=self._name, heard=self._hear)

    def _hear(self, news: News) -> None:
        self._call(news, ())

    def _call(self, news: News, ended: Sequence[ApprovalRequest]) -> None:
        if self._loop is not None:
            with suppress(RuntimeError):  # the loop was closed: nobody listens any more
                self._loop.call_soon_threadsafe(self._tell, news, ended)

    def _tell(self, news: News, ended: Sequence[ApprovalRequest]) -> None:
        for request in ended:
            self._on_end(request)
        for listener in tuple(self._changes):
            listener(list(news.changed))
        for worker in tuple(self._work):
            worker(AT_ONCE if news.work else OFTEN)
        for follower in tuple(self._commits):
            follower()
        if news.holds:
            for holder in tuple(self._holds):
                holder()


def _joined(listeners: list[L], listener: L) -> Callable[[], None]:
    listeners.append(listener)
    return lambda: listeners.remove(listener)
