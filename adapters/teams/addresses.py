"""How places in Teams are written down: destinations and messages.

destination   `teams:<group id>/19:…@thread.tacv2`, `teams:chat/19:…@thread.v2`, `teams:@<object id>`
message       `<conversation>/<activity>`, whatever thread it begins
answer        a person's own chat with the bot, as the destination

A channel that has no id yet is written `teams:Team/Channel`, and is no place.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from adapters.teams.names import PLATFORM
from bot.conversations import CHANNEL, PERSONAL, Conversation

#: stands for the team where a group chat is meant
CHAT = "chat"

_CHANNEL = re.compile(r"teams:(?P<team>[^/\s]+)/(?P<id>19:[^/\s]+)\Z")
_PERSON = re.compile(r"teams:@(?P<account>[^/\s]+)\Z")
_NAMED = re.compile(r"teams:(?P<team>[^/]+)/(?P<name>[^/]+)\Z")
_MESSAGE = re.compile(r"(?P<conversation>[^/\s]+)/(?P<activity>[^/\s]+)\Z")
_THREAD = ";messageid="


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a copy goes: a conversation by its id, or a person's own chat."""

    #: the id of a conversation, empty for a person
    conversation: str = ""
    #: the Entra object id of a person, empty for a conversation
    account: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a message stands."""

    conversation: str
    activity: str


def read_destination(destination: str) -> Place | None:
    """None for what is no place in Teams, such as a channel by its name."""
    if found := _CHANNEL.match(destination):
        return Place(conversation=found["id"])
    if found := _PERSON.match(destination):
        return Place(account=found["account"])
    return None


def write_destination(conversation: Conversation) -> str:
    """The destination that this conversation is."""
    if conversation.kind == PERSONAL:
        return write_person(conversation.account)
    if conversation.kind == CHANNEL:
        return f"{PLATFORM}:{conversation.group or conversation.team or CHANNEL}/{conversation.id}"
    return f"{PLATFORM}:{CHAT}/{conversation.id}"


def write_person(account: str) -> str:
    """The destination that is a person's own chat with the bot."""
    return f"{PLATFORM}:@{account}"


def read_names(destination: str) -> tuple[str, str] | None:
    """Team and channel as a policy names them, None for what names no channel so."""
    found = _NAMED.match(destination)
    if found is None or read_destination(destination) is not None:
        return None
    return found["team"], found["name"]


def team_of(destination: str) -> str:
    """The team that a channel's destination names."""
    found = _CHANNEL.match(destination)
    return found["team"] if found else ""


def read_message(message: str) -> Standing | None:
    """None for what names no message."""
    found = _MESSAGE.match(message)
    return Standing(conversation=found["conversation"], activity=found["activity"]) if found else None


def write_message(conversation: str, activity: str) -> str:
    """What names a message from then on."""
    return f"{without_thread(conversation)}/{activity}"


def without_thread(conversation: str) -> str:
    """The conversation's own id: Teams names threads of channels `…;messageid=…`."""
    return conversation.partition(_THREAD)[0]


def thread_in(conversation: str) -> str:
    """The message that begins the thread which this id names, empty where it names none."""
    return conversation.partition(_THREAD)[2]


def thread_of(conversation: Conversation, activity: str) -> str:
    """Where a message's thread is spoken in; only channels have threads."""
    return f"{conversation.id}{_THREAD}{activity}" if conversation.kind == CHANNEL else conversation.id
