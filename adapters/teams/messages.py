"""Activities that the bot sends: a message with one card, and what opens a thread or a chat for it."""

from __future__ import annotations

from typing import Any, TypeAlias

from adapters.teams.blocks import Block
from bot.conversations import Conversation

Activity: TypeAlias = dict[str, Any]

_CARD = "application/vnd.microsoft.card.adaptive"


def message(card: Block, summary: str) -> Activity:
    """A message that shows a card; the summary is for notifications and lists."""
    return {
        "type": "message",
        "summary": summary,
        "attachments": [{"contentType": _CARD, "content": card}],
    }


def new_thread(channel: Conversation, first: Activity) -> dict[str, Any]:
    """What begins a thread in a channel with this message."""
    data = {"channel": {"id": channel.id}, "tenant": {"id": channel.tenant}}
    return {"isGroup": True, "channelData": data, "activity": first}


def new_chat(account: str, tenant: str) -> dict[str, Any]:
    """What opens a person's own chat with the bot."""
    return {
        "isGroup": False,
        "members": [{"id": account}],
        "tenantId": tenant,
        "channelData": {"tenant": {"id": tenant}},
    }
