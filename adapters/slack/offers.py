"""Takes what the answer to somebody's words offered: a confirmation, an undo."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from adapters.slack.identity import Accounts
from adapters.slack.payload import Interaction
from adapters.slack.presses import pressed_button
from adapters.slack.replies import Replies, Where
from bot.chat.background import Background
from bot.chat.hearing import said_or_sorry
from bot.chat.listening import Listening
from bot.speaking import Heard


class Offers:
    """Carries an offer out before Slack is acknowledged, and lets the answer follow."""

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

    async def take(self, interaction: Interaction) -> None:
        """Return when it is stored, or when that takes too long."""
        task = asyncio.create_task(self._accept(interaction))
        await asyncio.wait((task,), timeout=self._patience)
        self._background.start(self._answer(task, interaction))

    async def _accept(self, interaction: Interaction) -> Heard:
        _, action = pressed_button(interaction)
        presser = await self._accounts.presser(interaction)
        return await self._listening.accept(action.value or "", presser)

    async def _answer(self, task: asyncio.Task[Heard], interaction: Interaction) -> None:
        heard = await said_or_sorry(task)
        if heard is not None:
            await self._replies.send(_where(interaction, heard), heard)


def _where(interaction: Interaction, heard: Heard) -> Where:
    container = interaction.container
    return Where(
        standing=container.message_ts or "" if heard.in_place else "",
        channel=interaction.channel_id or "",
        user=interaction.user.id,
        thread=container.thread_ts or "",
        # Only what one person alone sees is replaced; what others read stays.
        response_url=interaction.response_url if container.is_ephemeral else "",
    )
