"""Hears those who speak to the bot, and what is said in the thread of a card; never another bot.

The event of a message and the event of the mention in it are two for one message: the mention is heard.
"""

from __future__ import annotations

from adapters.slack import speech
from adapters.slack.addresses import write_destination, write_message
from adapters.slack.identity import Accounts
from adapters.slack.names import PLATFORM
from adapters.slack.payload import Envelope, Event
from adapters.slack.replies import Replies, Where
from adapters.slack.speech import Words
from adapters.slack.workspace import Workspace
from bot.chat.hearing import Hearing
from bot.chat.listening import Listening, Message, Speaker
from bot.domain.directory import Identity
from bot.speaking import Place

APP_MENTION = "app_mention"
#: events that are heard
SPOKEN = (APP_MENTION, "message")
#: what `help` says about Slack
NOTES = ("What is said in the thread of a card, where I am in the channel, is kept with the request.",)


class Mentions:
    """Turns events into messages; by the time `take` returns, what decides is stored."""

    def __init__(
        self,
        *,
        listening: Listening,
        accounts: Accounts,
        replies: Replies,
        workspace: Workspace,
        hearing: Hearing,
    ) -> None:
        self._listening = listening
        self._accounts = accounts
        self._replies = replies
        self._workspace = workspace
        self._hearing = hearing

    async def take(self, envelope: Envelope) -> None:
        """Hear one event; raises `Busy` or `Malformed`, after which Slack may deliver it again."""
        event = envelope.event
        if not (event.channel and event.ts and event.text) or not speech.is_a_persons(event, self._workspace):
            return
        words = speech.read(event.text, self._workspace.bot_user)
        is_direct = event.channel.startswith("D")
        # Who quotes a mention of the bot does not speak to it.
        for_bot = is_direct or (event.type == APP_MENTION and words.names_the_bot)
        if not for_bot and (words.names_the_bot or not _in_thread(event)):
            return
        message = self._message(envelope, words, for_bot=for_bot)
        await self._hearing.take(
            message.id, self._listening.hear(message), self._teller(event) if for_bot else None
        )

    def _message(self, envelope: Envelope, words: Words, *, for_bot: bool) -> Message:
        event, away = envelope.event, self._workspace.away
        team = envelope.context_team_id or envelope.team_id or self._workspace.team_id
        channel, ts = event.channel or "", event.ts or ""

        async def speaker() -> Speaker:
            return await self._accounts.speaker(event, team)

        return Message(
            platform=PLATFORM,
            id=f"{PLATFORM}:{team}:{channel}:{ts}",
            text=words.text,
            channel=write_destination(channel, event.user or "", away),
            thread=write_message(channel, event.thread_ts or "") if _in_thread(event) else None,
            for_bot=for_bot,
            speaker=speaker,
            mentioned={
                token: Identity(platform=PLATFORM, user=user, tenant=team)
                for token, user in words.users.items()
            },
            places={
                token: Place(destination=write_destination(channel_id, "", away), label=label)
                for token, (channel_id, label) in words.channels.items()
            },
        )

    def _teller(self, event: Event) -> Replies.Tell:
        channel, user, thread = event.channel or "", event.user or "", event.thread_ts or ""
        message = "" if channel.startswith("D") else event.ts or ""
        return self._replies.to(Where(channel=channel, user=user, thread=thread, message=message))


def _in_thread(event: Event) -> bool:
    return bool(event.thread_ts) and event.thread_ts != event.ts
