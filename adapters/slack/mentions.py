"""Answers those who speak to the bot: once an event, never another bot."""

from __future__ import annotations

import logging
from collections import OrderedDict

from adapters.slack import lines
from adapters.slack.client import Refused, SlackClient, Unreachable
from adapters.slack.payload import Envelope, Event
from adapters.slack.workspace import Workspace

#: events that were answered already are remembered, since Slack delivers some again
MOST_REMEMBERED = 1000
HELP = (
    "I post approval requests of AI agents here and take your decision: use the buttons on a request. "
    "Routing by mention comes with a later version."
)

_log = logging.getLogger(__name__)


class Mentions:
    """Says in the thread what the bot is for."""

    def __init__(self, client: SlackClient, workspace: Workspace) -> None:
        self._client = client
        self._workspace = workspace
        self._answered: OrderedDict[str, None] = OrderedDict()

    async def answer(self, envelope: Envelope) -> None:
        """Answer one event."""
        event, event_id = envelope.event, envelope.event_id
        if not event_id or event_id in self._answered or self._is_from_a_bot(event):
            return
        self._remember(event_id)
        said = lines.answer(HELP)
        try:
            await self._client.ask(
                lambda web: web.chat_postMessage(
                    channel=event.channel or "",
                    thread_ts=event.thread_ts or event.ts,
                    text=said.text,
                    blocks=list(said.blocks),
                )
            )
        except (Refused, Unreachable) as error:
            _log.info("A mention could not be answered: %s", error)

    def _is_from_a_bot(self, event: Event) -> bool:
        nobody = not event.user or event.user == self._workspace.bot_user
        return nobody or bool(event.bot_id or event.subtype)

    def _remember(self, event_id: str) -> None:
        self._answered[event_id] = None
        if len(self._answered) > MOST_REMEMBERED:
            self._answered.popitem(last=False)
