"""Reads what a person wrote in Slack: their own words, with what they mention.

The text of a message is markup even where it was typed plainly: mentions, links and channels stand in angle
brackets, quoted lines behind `&gt;` (docs.slack.dev/messaging/formatting-message-text).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from adapters.slack.payload import Event
from adapters.slack.workspace import Workspace

#: kinds of messages that people write; every other kind is an edit, a join, or an app's
_WRITTEN = (None, "thread_broadcast", "file_share")
_QUOTED = re.compile(r"^&gt;(?!&gt;&gt;).*$", re.MULTILINE)
_QUOTED_TO_THE_END = re.compile(r"^&gt;&gt;&gt;.*", re.MULTILINE | re.DOTALL)
_USER = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^<>]*)?>")
_CHANNEL = re.compile(r"<#([CG][A-Z0-9]+)(?:\|([^<>]*))?>")
_LINK = re.compile(r"<(?![@#!])([^<>|]*)(?:\|([^<>]*))?>")
_UNESCAPED = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What somebody wrote."""

    #: without quotations, the mention of the bot, and escapes
    text: str
    names_the_bot: bool
    #: pieces of the text to ids of users, the bot's left out
    users: dict[str, str] = field(default_factory=dict)
    #: pieces of the text to ids of channels and what they are called, empty where Slack does not say
    channels: dict[str, tuple[str, str]] = field(default_factory=dict)


def is_a_persons(event: Event, workspace: Workspace) -> bool:
    """Whether a person wrote it so, by hand: no app in their name, no edit of something older."""
    is_nobodys = not event.user or event.user == workspace.bot_user
    return not (is_nobodys or event.bot_id or event.app_id or event.edited) and event.subtype in _WRITTEN


def read(text: str, bot_user: str) -> Words:
    """The person's own words."""
    own = _QUOTED.sub("", _QUOTED_TO_THE_END.sub("", text))
    users = {found[0]: found[1] for found in _USER.finditer(own)}
    bots = [token for token, user in users.items() if user == bot_user]
    for token in bots:
        own = own.replace(token, " ")
    shown = _LINK.sub(lambda found: found[2] or found[1], own)
    for escape, character in _UNESCAPED:
        shown = shown.replace(escape, character)
    return Words(
        text=shown.strip(),
        names_the_bot=bool(bots),
        users={token: user for token, user in users.items() if token not in bots},
        channels={
            found[0]: (found[1], f"#{found[2]}" if found[2] else "") for found in _CHANNEL.finditer(own)
        },
    )
