"""What stands in a channel after a burst: cards of one request each, and batch cards of many."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bench.slack import can_be_approved
from tests.fakes.slack_workspace import Message

_WAITING = re.compile(r"(\d+) requests wait here")


def on_screen(messages: Iterable[Message]) -> int:
    """How many requests wait in these cards, as their headings tell."""
    return sum(_waiting(message) for message in messages)


def _waiting(message: Message) -> int:
    if can_be_approved(message.blocks):
        return 1
    headings = (block["text"]["text"] for block in message.blocks if block["type"] == "header")
    return sum(int(found[1]) for found in map(_WAITING.search, headings) if found)
