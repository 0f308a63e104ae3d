"""Takes what the answer to somebody's words offered: a confirmation, an undo."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from adapters.teams import lines
from adapters.teams.answers import TAKEN, Answered, shown
from adapters.teams.identity import Accounts
from adapters.teams.names import REFERENCE
from adapters.teams.payload import INVOKE, Activity, Pressed
from adapters.teams.replies import Replies, Where
from bot.chat.background import Background
from bot.chat.hearing import said_or_sorry
from bot.chat.listening import Listening
from bot.chat.recording import LATE
from bot.speaking import Heard


class Offers:
    """Carries an offer out before Teams is answered."""

    def __init__(
        self,
        *,
        listening: Listening,
        accounts: Accounts,
        replies: Replies,
        background: Background,
        patience: timedelta,
    ) -> None:
        self._listening = listening
        self._accounts = accounts
        self._replies = replies
        self._background = background
        self._patience = patience.total_seconds()

    async def take(self, activity: Activity, pressed: Pressed) -> Answered:
        """What the presser sees in place of what was offered."""
        task = asyncio.create_task(self._accept(activity, pressed))
        await asyncio.wait((task,), timeout=self._patience)
        where = Where.of(activity)
        if not task.done():
            self._background.start(self._follow(task, where))
            return shown(lines.answer(LATE)) if activity.type == INVOKE else TAKEN
        heard = await said_or_sorry(task)
        if heard is None:
            return TAKEN
        if activity.type != INVOKE:
            self._background.start(self._replies.send(where, heard))
            return TAKEN
        # What was asked in a channel and confirmed in one's own chat is told in the channel.
        asked_at = self._replies.asked_at(pressed.text(REFERENCE)) or where
        if not heard.private and not asked_at.is_personal:
            self._background.start(self._replies.openly(asked_at, heard))
        return shown(lines.heard(heard))

    async def _accept(self, activity: Activity, pressed: Pressed) -> Heard:
        presser = await self._accounts.presser(activity)
        return await self._listening.accept(pressed.text(REFERENCE), presser)

    async def _follow(self, task: asyncio.Task[Heard], where: Where) -> None:
        heard = await said_or_sorry(task)
        if heard is not None:
            await self._replies.send(where, heard)
