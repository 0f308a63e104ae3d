"""Looks for a card that a post in doubt may have left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from adapters.slack.addresses import Place, write_message
from adapters.slack.client import SlackClient, Unreachable
from adapters.slack.names import card_block
from adapters.slack.workspace import Workspace

#: our clock and Slack's may differ by as much
SKEW = timedelta(minutes=2)
PAGE = 100
#: a post in doubt is looked for soon, so it is not far down
MOST_PAGES = 5


async def find_card(
    client: SlackClient, workspace: Workspace, place: Place, request_id: str, since: datetime
) -> str | None:
    """The message of a card of this request; raises `Refused` or `Unreachable`."""
    channel = await _channel(client, place)
    oldest = f"{(since - SKEW).timestamp():.6f}"
    cursor = ""
    for _ in range(MOST_PAGES):
        answer = await client.ask(
            lambda web, at=cursor: web.conversations_history(  # type: ignore[misc]  # mypy cannot infer a lambda with a default
                channel=channel, oldest=oldest, limit=PAGE, cursor=at or None
            )
        )
        for message in _messages(answer):
            if _is_card(message, card_block(request_id), workspace):
                return write_message(channel, str(message.get("ts")))
        cursor = _following(answer)
        if not cursor:
            return None
    return None


async def _channel(client: SlackClient, place: Place) -> str:
    if not place.is_person:
        return place.id
    opened = (await client.ask(lambda web: web.conversations_open(users=place.id))).get("channel")
    found = opened.get("id") if isinstance(opened, dict) else None
    if not isinstance(found, str):
        raise Unreachable("What answered is not Slack.", uncertain=False)
    return found


def _messages(answer: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    found = answer.get("messages")
    if not isinstance(found, list):
        # To take this for an empty channel would post the card again.
        raise Unreachable("What answered is not Slack.", uncertain=False)
    return [each for each in found if isinstance(each, dict)]


def _following(answer: Mapping[str, Any]) -> str:
    metadata = answer.get("response_metadata")
    cursor = metadata.get("next_cursor") if isinstance(metadata, dict) else None
    return cursor if isinstance(cursor, str) else ""


def _is_card(message: Mapping[str, Any], block_id: str, workspace: Workspace) -> bool:
    """Whether the bot posted this, and it shows the card; anybody may copy a block id, nobody our account."""
    if workspace.bot_user and message.get("user") != workspace.bot_user:
        return False
    return any(block.get("block_id") == block_id for block in message.get("blocks") or ())
