"""How places in Slack are written down: destinations, messages and where a private answer goes.

destination   `slack:C0123`, `slack:@U0123`
message       `C0123/1700000000.000100` (a direct message stands in a channel of its own)
answer        `slack:<channel>:<user>:<response url>`, each of the outer two possibly empty

Outside of the home workspace `T0123/` comes after the colon: `slack:T0123/C0123`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from adapters.slack.names import PLATFORM

_TEAM = r"(?:(?P<team>[TE][A-Z0-9]+)/)?"
_DESTINATION = re.compile(rf"slack:{_TEAM}(?P<kind>@?)(?P<id>[A-Z0-9]+)\Z")
_NAMED = re.compile(rf"slack:{_TEAM}#(?P<name>[^/]+)\Z")
_ANSWER = re.compile(rf"slack:{_TEAM}(?P<channel>[A-Z0-9]*):(?P<user>[A-Z0-9]+):(?P<url>\S*)\Z")
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
class Named:
    """A channel by its name."""

    name: str
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
    #: the workspace, empty for the home
    team: str = ""


def read_destination(destination: str) -> Place | None:
    """None for what is no place in Slack."""
    found = _DESTINATION.match(destination)
    if found is None:
        return None
    return Place(id=found["id"], is_person=bool(found["kind"]), team=found["team"])


def read_name(destination: str) -> Named | None:
    """None for what names no channel."""
    found = _NAMED.match(destination)
    return Named(name=found["name"], team=found["team"]) if found else None


def write_destination(channel: str, user: str, team: str = "") -> str:
    """The destination of a message in this channel; direct messages (`D…`) by the person they are with."""
    there = f"@{user}" if channel.startswith("D") else channel
    return f"{PLATFORM}:{_in(team)}{there}"


def team_of(address: str) -> str | None:
    """The workspace in which a destination or an answer is, None for the home."""
    found = read_destination(address) or read_name(address) or read_answer(address)
    return (found.team if found else None) or None


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
    return AnswerTo(
        channel=found["channel"], user=found["user"], response_url=found["url"], team=found["team"] or ""
    )


def read_person(destination: str) -> AnswerTo | None:
    """The way to a person's direct messages, None for any other place."""
    found = read_destination(destination)
    if found is None or not found.is_person:
        return None
    return AnswerTo(channel="", user=found.id, response_url="", team=found.team or "")


def write_answer(answer: AnswerTo) -> str:
    """The address to store."""
    return f"{PLATFORM}:{_in(answer.team)}{answer.channel}:{answer.user}:{answer.response_url}"


def is_user(user: str) -> bool:
    """Whether the text has the form of a Slack user id, and so may stand in a mention."""
    return _USER.match(user) is not None


def _in(team: str) -> str:
    return f"{team}/" if team else ""
