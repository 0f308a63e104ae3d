"""Hears those who speak to the bot, and what is said in the thread of a card; never another bot.

What is said in a channel without a mention of the bot comes only where whoever installed it consented to that
(`ChannelMessage.Read.Group`), and is kept only where this installation is set to.
"""

from __future__ import annotations

from adapters.teams import speech
from adapters.teams.addresses import thread_in, write_destination, write_message
from adapters.teams.conversations import Conversations
from adapters.teams.identity import Accounts
from adapters.teams.names import PLATFORM
from adapters.teams.payload import Account, Activity
from adapters.teams.replies import Replies, Where
from adapters.teams.speech import Words
from bot.chat.hearing import Hearing
from bot.chat.listening import Listening, Message, Speaker
from bot.conversations import CHANNEL, PERSONAL, Conversation
from bot.domain.directory import Identity
from bot.speaking import Heard, Place

#: what `help` says about Teams
WITH_CONSENT = "What is said in the thread of a card in a channel is kept with the request."
WITHOUT_CONSENT = (
    "In a channel I only read what mentions me; in the thread of a card that is kept with the request."
)

_BOT = "28:"
_CHANNEL_ID = "19:"


class Mentions:
    """Turns messages into what was said; by the time `take` returns, what decides is stored."""

    def __init__(
        self,
        *,
        listening: Listening,
        accounts: Accounts,
        conversations: Conversations,
        replies: Replies,
        hearing: Hearing,
        reads_channels: bool,
    ) -> None:
        """`reads_channels` is whether replies that do not mention the bot are kept."""
        self._listening = listening
        self._accounts = accounts
        self._conversations = conversations
        self._replies = replies
        self._hearing = hearing
        self._reads_channels = reads_channels

    async def take(self, activity: Activity) -> None:
        """Hear one message; raises `Busy`, after which Teams delivers it again."""
        where = await self._conversations.of(activity)
        if not activity.id or not is_a_persons(activity):
            return
        words = speech.read(activity)
        for_bot = words.names_the_bot or where.kind == PERSONAL
        if not for_bot and not (self._reads_channels and where.kind == CHANNEL and _thread(activity)):
            return
        message_id = f"{PLATFORM}:{activity.where}/{activity.id}"
        work = self._hear(message_id, activity, where, words, for_bot=for_bot)
        tell = self._replies.to(Where.of(activity)) if for_bot else None
        await self._hearing.take(message_id, work, tell)

    async def _hear(
        self, message_id: str, activity: Activity, where: Conversation, words: Words, *, for_bot: bool
    ) -> Heard | None:
        mentioned, places = dict[str, Identity](), dict[str, Place]()
        for token, account in words.mentioned.items() if for_bot else ():
            if account.id.startswith(_CHANNEL_ID):
                places[token] = _place(account, where)
            elif identity := await self._accounts.mentioned(activity, account):
                mentioned[token] = identity

        async def speaker() -> Speaker:
            presser = await self._accounts.presser(activity)
            return Speaker(presser=presser, zone=activity.local_timezone)

        message = Message(
            platform=PLATFORM,
            id=message_id,
            text=words.text if for_bot else words.readable,
            channel=write_destination(where),
            thread=_thread(activity),
            for_bot=for_bot,
            speaker=speaker,
            mentioned=mentioned,
            places=places,
        )
        return await self._listening.hear(message)


def is_a_persons(activity: Activity) -> bool:
    """Whether a person wrote it."""
    sender = activity.sender
    is_a_bot = sender.id == activity.bot or sender.role == "bot" or sender.id.startswith(_BOT)
    return bool(sender.id) and not is_a_bot


def _thread(activity: Activity) -> str | None:
    """The message that began the thread it was said in."""
    began = thread_in(activity.conversation.id) or activity.reply_to_id
    return write_message(activity.where, began) if began and began != activity.id else None


def _place(account: Account, where: Conversation) -> Place:
    """Only channels of the team that one speaks in can be mentioned."""
    team = where.group or where.team or CHANNEL
    return Place(destination=f"{PLATFORM}:{team}/{account.id}", label=f"#{account.name or account.id}")
