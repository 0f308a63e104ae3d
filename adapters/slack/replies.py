"""Puts the answer to what somebody said where it belongs: into the thread, or before their eyes alone."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any, TypeAlias

from adapters.slack import lines
from adapters.slack.cards import Message
from adapters.slack.client import Refused, SlackClient, Unreachable
from bot.chat.hearing import Tell
from bot.speaking import Heard

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """Where somebody spoke."""

    channel: str
    user: str
    #: the message that begins the thread, empty outside of threads
    thread: str = ""
    #: the message under which an open answer begins a thread, empty where it need not
    message: str = ""
    #: answers a pressed button in place, empty for a message
    response_url: str = ""
    #: the message of one's own chat in whose place the answer stands, empty for an answer of its own
    standing: str = ""


class Replies:
    """Answers in threads, ephemeral messages and direct messages."""

    Tell: TypeAlias = Tell

    def __init__(self, client: SlackClient) -> None:
        self._client = client

    def to(self, where: Where) -> Tell:
        """Tells what was heard there."""

        async def tell(heard: Heard) -> None:
            await self.send(where, heard)

        return tell

    async def send(self, where: Where, heard: Heard) -> None:
        """Answer; what Slack does not take is logged."""
        said = lines.heard(heard)
        try:
            if heard.private and not where.channel.startswith("D"):
                await self._privately(where, said)
            else:
                await self._openly(where, said)
        except (Refused, Unreachable) as error:
            _log.warning("Somebody who spoke to the bot could not be answered: %s", error)

    async def _privately(self, where: Where, said: Message) -> None:
        if where.response_url:
            # What was offered has been taken: the answer stands in its place.
            body = {
                "response_type": "ephemeral",
                "replace_original": True,
                "text": said.text,
                "blocks": list(said.blocks),
            }
            await self._client.respond(where.response_url, body)
            return
        # Outside of a thread that goes on already, Slack would not show it in one
        # (docs.slack.dev/reference/methods/chat.postEphemeral).
        arguments = {**_arguments(where.channel, where.thread, said), "user": where.user}
        await self._client.ask(lambda web: web.chat_postEphemeral(**arguments))

    async def _openly(self, where: Where, said: Message) -> None:
        if where.response_url:
            await self._client.respond(where.response_url, {"delete_original": True})
        if where.standing and where.channel.startswith("D"):
            changed = _arguments(where.channel, "", said)
            await self._client.ask(lambda web: web.chat_update(ts=where.standing, **changed))
            return
        arguments = {
            **_arguments(where.channel, where.thread or where.message, said),
            "unfurl_links": False,
            "unfurl_media": False,
            "mrkdwn": False,
        }
        await self._client.ask(lambda web: web.chat_postMessage(**arguments))


def _arguments(channel: str, thread: str, said: Message) -> dict[str, Any]:
    beside = {"thread_ts": thread} if thread else {}
    return {"channel": channel, "text": said.text, "blocks": list(said.blocks), **beside}
