"""Whether the bot can write in, and hear, every channel that the policy names."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from adapters.slack.addresses import read_destination, team_of
from adapters.slack.client import Refused, SlackClient, Unreachable
from adapters.slack.doctor.patient import Patient, refusal
from adapters.slack.names import PLATFORM
from adapters.slack.pins import Pins
from adapters.slack.workspace import Workspace
from bot.doctor.folding import folded
from bot.doctor.parting import parted
from bot.doctor.verdict import Finding, green, red, skipped, yellow

_AT_ONCE = 5
_UNSEEN = {
    "channel_not_found": "Slack knows no such channel that the bot may see; correct it in the policy, or"
    " invite the bot there with /invite."
}


async def joined(patient: Patient) -> Finding | Sequence[Finding]:
    """Look every one of them up."""
    names = patient.wanted.channels_in(PLATFORM)
    if not names:
        return skipped("The policy names no channel of Slack.")
    few = asyncio.Semaphore(_AT_ONCE)
    pinned = await _pinned(patient, names)

    async def look(name: str) -> Finding:
        async with few:
            return await _looked(patient, name, pinned.get(name))

    found = await asyncio.gather(*(look(name) for name in names))
    return folded(found, "The bot is in {count} of {total} channels that the policy names.")


async def _pinned(patient: Patient, names: Sequence[str]) -> Mapping[str, str]:
    """By id, what Slack knows by name; raises `SlackUnavailable`."""
    found: dict[str, str] = {}
    for team in {team_of(name) for name in names}:
        client = patient.client_of(team)
        if client is not None:
            workspace = _workspace(patient, team)
            found |= await Pins(client, workspace).pin(n for n in names if team_of(n) == team)
    return found


def _workspace(patient: Patient, team: str | None) -> Workspace:
    is_home = team in (None, patient.workspace.team_id)
    return patient.workspace if is_home else Workspace(team_id=team or "", is_home=False)


async def _looked(patient: Patient, name: str, pinned: str | None) -> Finding:
    client = patient.client_of(team_of(name))
    if client is None:
        return red(
            "This channel is in a workspace that has not installed the app.",
            "Install the app there at /slack/install, or correct the policy.",
            about=name,
        )
    place = read_destination(pinned or "")
    if place is None:
        return red(
            "The bot sees no such channel.",
            "Create it or correct the policy; if it is private, write /invite @placet in it.",
            about=name,
        )
    return await _asked(client, name, place.id, can_write_unasked=_has(patient, "chat:write.public"))


async def _asked(client: SlackClient, name: str, channel: str, *, can_write_unasked: bool) -> Finding:
    try:
        told = await client.ask(lambda web: web.conversations_info(channel=channel))
    except (Refused, Unreachable) as error:
        if isinstance(error, Refused) and error.code in _UNSEEN:
            return red(*parted(_UNSEEN[error.code]), about=name)
        return refusal(error, name)
    return _judged(name, told.get("channel") or {}, can_write_unasked=can_write_unasked)


def _judged(name: str, channel: Mapping[str, Any], *, can_write_unasked: bool) -> Finding:
    invite = "Write /invite @placet in it."
    if channel.get("is_archived"):
        return red(
            "This channel is archived.", "Unarchive it, or name another one in the policy.", about=name
        )
    if channel.get("is_member"):
        return green("", about=name)
    if channel.get("is_private") or not can_write_unasked:
        return red("The bot is not in this channel, so no card appears there.", invite, about=name)
    return yellow(
        "The bot is not in this channel; cards appear there, and replies in their threads are not heard.",
        invite,
        about=name,
    )


def _has(patient: Patient, scope: str) -> bool:
    return patient.scopes is None or scope in patient.scopes
