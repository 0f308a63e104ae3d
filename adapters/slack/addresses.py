"""How places in Slack are written down: destinations, messages and where a private answer goes.

destination   `slack:C0123`, `slack:T0123/C0123`, `slack:@U0123`
message       `C0123/1700000000.000100` (a direct message stands in a channel of its own)
answer        `slack:<channel>:<user>:<response url>`, each of the outer two possibly empty
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from adapters.slack.names import PLATFORM

_DESTINATION = re.compile(r"slack:(?:(?P<team>T[A-Z0-9]+)/)?(?P<kind>@?)(?P<id>[A-Z0-9]+)\Z")
_ANSWER = re.compile(r"slack:(?P<channel>[A-Z0-9]*):(?P<user>[A-Z0-9]+):(?P<url>\S*)\Z")
_MESSAGE = re.compile(r"(?P<channel>[A-Z0-9]+)/(?P<ts>[0-9]+\.[0-9]+)\Z")
_USER = re.compile(r"[A-Z0-9]+\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a copy goes: a channel, or a person's direct messages."""

    id: str
    is_person: bool
    #: as written, None for the home workspace
    team: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a message stands."""

    channel: str
    ts: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerTo:
    """One person, and the ways to tell them something that nobody else sees."""

    channel: str
    user: str
    #: a capability that Slack gave with the press: five uses within half an hour
    response_url: str


def read_destination(destination: str) -> Place | None:
    """None for what is no place in Slack."""
    found = _DESTINATION.match(destination)
    if found is None:
        return None
    return Place(id=found["id"], is_person=bool(found["kind"]), team=found["team"])


def write_destination(channel: str, user: str) -> str:
    """The destination of a message in this channel; direct messages (`D…`) by the person they are with."""
    return f"{PLATFORM}:@{user}" if channel.startswith("D") else f"{PLATFORM}:{channel}"


def read_message(message: str) -> Standing | None:
    """None for what names no message."""
    found = _MESSAGE.match(message)
    return Standing(channel=found["channel"], ts=found["ts"]) if found else None


def write_message(channel: str, ts: str) -> str:
    """What names a message from then on."""
    return f"{channel}/{ts}"


def read_answer(address: str) -> AnswerTo | None:
    """None for what is no address of ours."""
    found = _ANSWER.match(address)
    if found is None:
        return None
    return AnswerTo(channel=found["channel"], user=found["user"], response_url=found["url"])


def write_answer(answer: AnswerTo) -> str:
    """The address to store."""
    return f"{PLATFORM}:{answer.channel}:{answer.user}:{answer.response_url}"


def is_user(user: str) -> bool:
    """Whether the text has the form of a Slack user id, and so may stand in a mention."""
    return _USER.match(user) is not None
