"""Records a press before Slack hears of it: committed within two seconds, or the person is told."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

from adapters.slack import presses
from adapters.slack.identity import Accounts
from adapters.slack.payload import Interaction
from adapters.slack.presses import Wanted
from bot.approvals import Approvals
from bot.domain.errors import PlacetError
from bot.ports import Moved

#: Slack wants an acknowledgement within three seconds
LONGEST = timedelta(seconds=2)

NOT_RECORDED = (
    "Nothing was recorded, because Placet cannot reach its database right now; press again in a moment."
)
LATE = "This takes longer than usual. The result follows here; there is no need to press again."

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What became of a press before it was acknowledged."""

    #: what was committed; the answer in it is told by the outbox, or by the view
    moved: Moved | None = None
    #: what the person has to be told when nothing was committed
    sentence: str = ""
    #: whether the same form can be sent again as it stands
    may_repeat: bool = False
    #: goes on where two seconds were not enough
    late: asyncio.Task[Moved] | None = field(default=None, repr=False)


class Recorder:
    """Commits presses through the use cases."""

    def __init__(self, *, approvals: Approvals, accounts: Accounts, longest: timedelta) -> None:
        self._approvals = approvals
        self._accounts = accounts
        self._longest = longest.total_seconds()

    async def record(self, interaction: Interaction) -> Recorded | None:
        """None for what decides nothing."""
        try:
            wanted = presses.read(interaction, self._approvals.reference)
            if wanted is not None:
                self._accounts.identity(interaction)
        except PlacetError as error:
            return Recorded(sentence=error.sentence, may_repeat=isinstance(error, presses.ReasonMissing))
        return await self._commit(wanted, interaction) if wanted is not None else None

    async def _commit(self, wanted: Wanted, interaction: Interaction) -> Recorded:
        task = asyncio.create_task(self._press(wanted, interaction))
        await _done_or_late(task, self._longest)
        if not task.done():
            return Recorded(sentence=LATE, late=task)
        return settled(task)

    async def _press(self, wanted: Wanted, interaction: Interaction) -> Moved:
        presser = await self._accounts.presser(interaction)
        return await self._approvals.press(wanted.by(presser))


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
