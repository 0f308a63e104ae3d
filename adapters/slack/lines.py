"""The words of a ping and of a private answer as Slack messages."""

from __future__ import annotations

from collections.abc import Sequence

from adapters.slack import limits
from adapters.slack.blocks import markup, plain, section
from adapters.slack.cards import Message
from adapters.slack.escape import cut, escape
from bot.chat.words import in_one_line


def ping(line: str, people: Sequence[str]) -> Message:
    """A line that notifies these Slack users; the line itself is inert."""
    mentions = " ".join(f"<@{each}>" for each in people)
    called = (section(markup(mentions)),) if mentions else ()
    text = escape(cut(in_one_line(line), limits.TEXT))
    return Message(text=f"{mentions} {text}".strip(), blocks=(*called, section(plain(line))))


def answer(sentence: str) -> Message:
    """A sentence for one person."""
    text = escape(cut(in_one_line(sentence), limits.TEXT))
    return Message(text=text, blocks=(section(plain(sentence)),))
