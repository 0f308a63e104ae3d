"""Text on its way into Slack: escaped, measured and cut as Slack counts it.

Slack gives meaning to `&`, `<` and `>` in every text object, and in `mrkdwn` to formatting marks, emoji
names and what looks like a link or a mention (docs.slack.dev/messaging/formatting-message-text). What came
from outside goes into `plain_text`; only tame words share a `mrkdwn` object with our own markup.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

from bot.chat import words
from bot.chat.words import MORE

_COST = {"&": 5, "<": 4, ">": 4}
_TABLE = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
#: nothing that formats (which takes a pair of underscores), quotes, names an emoji or begins an address
_TAME = re.compile(r"(?!.*_.*_)(?!.*:[^\s:]+:)(?!.*://)[^*~`|&<>\n\\]*\Z")
#: what Slack may make a link or a mention of where a message asks for that; ours never does
_SIGNALS = frozenset("@#")


def escape(text: str) -> str:
    """The text with Slack's three control characters as entities."""
    return text.translate(_TABLE)


def cost(text: str) -> int:
    """How much of a limit the text takes up: escaped, in UTF-16 units."""
    if text.isascii():
        return len(text) + 4 * text.count("&") + 3 * (text.count("<") + text.count(">"))
    return sum(map(_cost_of, text))


def cut(text: str, limit: int) -> str:
    """The text at no more than this cost; what was cut leaves `…`."""
    if cost(text) <= limit:
        return text
    return text[: _reach(text, 0, limit - len(MORE))].rstrip() + MORE


def pieces(text: str, limit: int) -> list[str]:
    """The whole text in pieces of no more than this cost, nothing lost between them."""
    if cost(text) <= limit:
        return [text]
    return words.pieces(text, limit, _reach)


def is_tame(text: str, *, ours: bool = False) -> bool:
    """Whether `mrkdwn` shows the words as they are; our own may name `#channels` and `@groups`."""
    return _TAME.match(text) is not None and (ours or _SIGNALS.isdisjoint(text))


def moment(at: datetime) -> str:
    """A moment that every client shows in its viewer's own time zone; markup for `mrkdwn`."""
    fallback = f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    return f"<!date^{int(at.timestamp())}^{{date_short_pretty}} {{time}}|{fallback}>"


def _cost_of(character: str) -> int:
    return _COST.get(character) or (1 if character <= "\uffff" else 2)


def _reach(text: str, start: int, limit: int) -> int:
    """Where a piece from `start` has to end; at least one character further."""
    spent = 0
    for at in range(start, len(text)):
        spent += _cost_of(text[at])
        if spent > limit:
            return max(at, start + 1)
    return len(text)
