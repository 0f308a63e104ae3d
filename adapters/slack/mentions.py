"""Answers those who speak to the bot: once an event, never another bot."""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

from adapters.slack import lines
from adapters.slack.client import Refused, SlackClient, Unreachable
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

    async def answer(self, body: Mapping[str, Any]) -> None:
        """Answer one event."""
        event, event_id = body.get("event") or {}, str(body.get("event_id") or "")
        if not event_id or event_id in self._answered or self._is_from_a_bot(event):
            return
        self._remember(event_id)
        channel, ts = str(event.get("channel") or ""), str(event.get("thread_ts") or event.get("ts") or "")
        said = lines.answer(HELP)
        try:
            await self._client.ask(
                lambda web: web.chat_postMessage(
                    channel=channel, thread_ts=ts, text=said.text, blocks=list(said.blocks)
                )
            )
        except (Refused, Unreachable) as error:
            _log.info("A mention could not be answered: %s", error)

    def _is_from_a_bot(self, event: Mapping[str, Any]) -> bool:
        user = event.get("user")
        return (
            not user or user == self._workspace.bot_user or bool(event.get("bot_id") or event.get("subtype"))
        )

    def _remember(self, event_id: str) -> None:
        self._answered[event_id] = None
        if len(self._answered) > MOST_REMEMBERED:
            self._answered.popitem(last=False)
