"""Records a press before Teams hears of it: committed within two seconds, or the person is told."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field
from datetime import timedelta

from adapters.teams import presses
from adapters.teams.conversations import Conversations
from adapters.teams.identity import Accounts
from adapters.teams.payload import Activity, Pressed
from adapters.teams.presses import Wanted
from bot.approvals import Approvals
from bot.domain.errors import PlacetError
from bot.ports import Moved

#: Teams shows an error of its own when an answer takes much longer
LONGEST = timedelta(seconds=2)

NOT_RECORDED = (
    "Nothing was recorded, because Placet cannot reach its database right now; press again in a moment."
)
LATE = "This takes longer than usual. The result follows; there is no need to press again."

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What became of a press before it was answered."""

    #: what was committed
    moved: Moved | None = None
    #: what the person has to be told when nothing was committed
    sentence: str = ""
    #: whether the form lacked what it asks for
    is_incomplete: bool = False
    #: goes on where two seconds were not enough
    late: asyncio.Task[Moved] | None = field(default=None, repr=False)


class Recorder:
    """Commits presses through the use cases."""

    def __init__(
        self, *, approvals: Approvals, conversations: Conversations, accounts: Accounts, longest: timedelta
    ) -> None:
        self._approvals = approvals
        self._conversations = conversations
        self._accounts = accounts
        self._longest = longest.total_seconds()

    async def record(self, activity: Activity, pressed: Pressed) -> Recorded | None:
        """None for what decides nothing."""
        try:
            wanted = presses.read(activity, pressed, self._approvals.reference)
            if wanted is None:
                return None
            self._accounts.identity(activity)
        except PlacetError as error:
            return Recorded(sentence=error.sentence, is_incomplete=isinstance(error, presses.ReasonMissing))
        return await self._commit(wanted, activity)

    async def _commit(self, wanted: Wanted, activity: Activity) -> Recorded:
        task = asyncio.create_task(self._press(wanted, activity))
        await asyncio.wait((task,), timeout=self._longest)
        if not task.done():
            return Recorded(sentence=LATE, late=task)
        return settled(task)

    async def _press(self, wanted: Wanted, activity: Activity) -> Moved:
        where = await self._conversations.of(activity)
        presser = await self._accounts.presser(activity)
        return await self._approvals.press(wanted.by(presser, where))


def settled(task: asyncio.Task[Moved]) -> Recorded:
    """What a finished commit came to."""
    if task.cancelled():
        return Recorded(sentence=NOT_RECORDED)
    error = task.exception()
    if error is None:
        return Recorded(moved=task.result())
    if isinstance(error, PlacetError):
        return Recorded(sentence=error.sentence)
    _log.error("A press could not be recorded.", exc_info=error)
    return Recorded(sentence=NOT_RECORDED)
