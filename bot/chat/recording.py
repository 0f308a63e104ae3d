"""Records a press before the platform hears of it: committed within two seconds, or the person is told."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
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


async def commit(press: Coroutine[Any, Any, Moved], longest: timedelta) -> Recorded:
    """Wait for the press no longer than this; it goes on where that was not enough."""
    task = asyncio.create_task(press)
    await _done_or_late(task, longest.total_seconds())
    if not task.done():
        return Recorded(sentence=LATE, late=task)
    return settled(task)


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


async def _done_or_late(task: asyncio.Task[Moved], seconds: float) -> None:
    """As `asyncio.wait` for one task, without its bookkeeping for many."""
    loop = asyncio.get_running_loop()
    waiter = loop.create_future()
    release = partial(_release, waiter)
    timer = loop.call_later(seconds, release)
    task.add_done_callback(release)
    try:
        await waiter
    finally:
        timer.cancel()
        task.remove_done_callback(release)


def _release(waiter: asyncio.Future[None], *_: object) -> None:
    if not waiter.done():
        waiter.set_result(None)
