"""Hears a message before the platform is answered, so that nothing that was acknowledged is lost."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Coroutine
from datetime import timedelta
from typing import Any, TypeAlias

from bot.chat.background import Background
from bot.domain.errors import PlacetError
from bot.speaking import Heard

#: messages that were answered already are remembered, since platforms deliver some again
MOST_REMEMBERED = 1000
NOT_HEARD = "I could not do that, because Placet cannot reach its database right now; say it again."

Tell: TypeAlias = Callable[[Heard], Awaitable[None]]

_log = logging.getLogger(__name__)


class Hearing:
    """Waits for what a message comes to, and lets the answer follow."""

    def __init__(self, background: Background, patience: timedelta) -> None:
        """`patience` is how long the platform is kept waiting."""
        self._background = background
        self._patience = patience.total_seconds()
        self._answered: OrderedDict[str, None] = OrderedDict()

    async def take(self, message_id: str, work: Coroutine[Any, Any, Heard | None], tell: Tell | None) -> None:
        """Return when it is stored, or when that takes too long.

        Without `tell` nobody waits for an answer: then an error goes to the caller, and the platform
        delivers the message again.
        """
        if message_id in self._answered:
            work.close()
            return
        self._remember(message_id)
        task = asyncio.create_task(work)
        await asyncio.wait((task,), timeout=self._patience)
        if tell is not None:
            self._background.start(self._answer(task, tell))
        elif not task.done():
            self._background.start(self._outlive(task))
        elif task.exception() is not None:
            self._answered.pop(message_id, None)
            task.result()

    async def _answer(self, task: asyncio.Task[Heard | None], tell: Tell) -> None:
        heard = await said_or_sorry(task)
        if heard is not None:
            await tell(heard)

    async def _outlive(self, task: asyncio.Task[Heard | None]) -> None:
        await asyncio.wait((task,))
        if error := task.exception():
            _log.warning("A message in a thread could not be kept: %s", error)

    def _remember(self, message_id: str) -> None:
        self._answered[message_id] = None
        if len(self._answered) > MOST_REMEMBERED:
            self._answered.popitem(last=False)


async def said_or_sorry(task: asyncio.Task[Heard | None] | asyncio.Task[Heard]) -> Heard | None:
    """What a message came to, or a sentence when it came to nothing."""
    await asyncio.wait((task,))
    error = task.exception()
    if error is None:
        return task.result()
    if isinstance(error, PlacetError):
        return Heard(lines=(error.sentence,))
    _log.error("What somebody said could not be carried out.", exc_info=error)
    return Heard(lines=(NOT_HEARD,))
