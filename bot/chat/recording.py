"""Records a press before the platform hears of it: committed within two seconds, or the person is told."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Coroutine
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from bot.chat.presses import Incomplete
from bot.domain.errors import PlacetError
from bot.ports import Moved

#: platforms want an answer within three seconds, and show an error of their own when it takes much longer
LONGEST = timedelta(seconds=2)

NOT_RECORDED = (
    "Nothing was recorded, because Placet cannot reach its database right now; press again in a moment."
)
LATE = "This takes longer than usual. The result follows here; there is no need to press again."

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What became of a press before it was acknowledged."""

    #: what was committed
    moved: Moved | None = None
    #: what the person has to be told when nothing was committed
    sentence: str = ""
    #: whether the form lacked what it asks for
    is_incomplete: bool = False
    #: whether the same form can be sent again as it stands
    may_repeat: bool = False
    #: goes on where two seconds were not enough
    late: asyncio.Task[Moved] | None = field(default=None, repr=False)


def refused(error: PlacetError) -> Recorded:
    """What could not be read as a press."""
    is_incomplete = isinstance(error, Incomplete)
    return Recorded(sentence=error.sentence, is_incomplete=is_incomplete, may_repeat=is_incomplete)


class Patience:
    """Waits for presses, for none of them longer than it was told to.

    There is one timer for all of them: one for each would cost more than reading what was pressed.
    """

    def __init__(self, longest: timedelta) -> None:
        self._longest = longest.total_seconds()
        #: when each of them is late, in the loop's time, first come first
        self._waiting: deque[tuple[float, asyncio.Future[None]]] = deque()
        self._is_timed = False

    async def commit(self, press: Coroutine[Any, Any, Moved]) -> Recorded:
        """Wait for the press; it goes on where that was not enough."""
        loop = asyncio.get_running_loop()
        ended = loop.create_future()
        task = loop.create_task(_telling(press, ended))
        self._waiting.append((loop.time() + self._longest, ended))
        if not self._is_timed:
            self._look_again(loop)
        await ended
        return settled(task) if task.done() else Recorded(sentence=LATE, late=task)

    def _look_again(self, loop: asyncio.AbstractEventLoop) -> None:
        """Let go of who waited long enough, and come back for the next."""
        now = loop.time()
        while self._waiting and (self._waiting[0][0] <= now or self._waiting[0][1].done()):
            _release(self._waiting.popleft()[1])
        self._is_timed = bool(self._waiting)
        if self._is_timed:
            loop.call_at(self._waiting[0][0], self._look_again, loop)


async def _telling(press: Coroutine[Any, Any, Moved], ended: asyncio.Future[None]) -> Moved:
    try:
        return await press
    finally:
        _release(ended)


def _release(waiter: asyncio.Future[None]) -> None:
    if not waiter.done():
        waiter.set_result(None)


def settled(task: asyncio.Task[Moved]) -> Recorded:
    """What a finished commit came to."""
    if task.cancelled():
        return Recorded(sentence=NOT_RECORDED, may_repeat=True)
    error = task.exception()
    if error is None:
        return Recorded(moved=task.result())
    if isinstance(error, PlacetError):
        return Recorded(sentence=error.sentence, may_repeat=True)
    _log.error("A press could not be recorded.", exc_info=error)
    return Recorded(sentence=NOT_RECORDED, may_repeat=True)
