"""Answers those who speak to the bot: once a message, never another bot, never what was said to others.

What is said in a channel without a mention of the bot comes only where whoever installed it consented to that
(`ChannelMessage.Read.Group`); it is not kept.
"""

from __future__ import annotations

import logging
from collections import OrderedDict

from adapters.teams import lines
from adapters.teams.client import TeamsClient
from adapters.teams.http import TeamsRefused, TeamsUnavailable
from adapters.teams.messages import message
from adapters.teams.payload import Activity
from bot.conversations import PERSONAL

#: messages that were answered already are remembered, since Teams delivers some again
MOST_REMEMBERED = 1000
HELP = (
    "I post approval requests of AI agents here and take your decision: use the buttons on a request. "
    "In a channel I only read what mentions me. Routing by mention comes with a later version."
)

_BOT = "28:"

_log = logging.getLogger(__name__)


class Mentions:
    """Says where it was asked what the bot is for."""

    def __init__(self, client: TeamsClient) -> None:
        self._client = client
        self._answered: OrderedDict[str, None] = OrderedDict()

    async def answer(self, activity: Activity) -> None:
        """Answer one message, if it was for the bot."""
        if not activity.id or activity.id in self._answered or not is_for_the_bot(activity):
            return
        self._remember(activity.id)
        said = message(lines.answer(HELP), lines.summary_of(HELP))
        try:
            # The conversation as it came: its id names the thread that was spoken in.
            await self._client.send(activity.service_url, activity.conversation.id, said, activity.id)
        except (TeamsRefused, TeamsUnavailable) as error:
            _log.info("A mention could not be answered: %s", error)

    def _remember(self, activity_id: str) -> None:
        self._answered[activity_id] = None
        if len(self._answered) > MOST_REMEMBERED:
            self._answered.popitem(last=False)


def is_for_the_bot(activity: Activity) -> bool:
    """Whether a person said it to the bot: by a mention, or in their own chat with it."""
    sender = activity.sender
    if not sender.id or sender.id == activity.bot or sender.role == "bot" or sender.id.startswith(_BOT):
        return False
    if activity.conversation.conversation_type == PERSONAL:
        return True
    mentioned = (entity.mentioned for entity in activity.entities or () if entity.type == "mention")
    return any(account is not None and account.id == activity.bot for account in mentioned)
