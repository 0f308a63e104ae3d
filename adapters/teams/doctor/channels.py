"""Whether the bot was added to every channel that the policy names, and is still there."""

from __future__ import annotations

from collections.abc import Sequence

from adapters.teams.doctor.patient import Patient, refusal
from adapters.teams.http import TeamsRefused, TeamsUnavailable
from adapters.teams.names import PLATFORM
from bot.conversations import CHANNEL, Conversation
from bot.doctor.folding import folded
from bot.doctor.verdict import Finding, green, red, skipped


async def added(patient: Patient) -> Finding | Sequence[Finding]:
    """Look each of them up, and ask Teams about it."""
    names = patient.wanted.channels_in(PLATFORM)
    if not names:
        return skipped("The policy names no channel of Teams.")
    found = [await _looked(patient, name) for name in names]
    return folded(found, "Placet is in {count} of {total} channels that the policy names.")


async def _looked(patient: Patient, name: str) -> Finding:
    known = await patient.pins.candidates(name)
    if len(known) > 1:
        return red(
            "Several channels are called so, and nothing is posted in any of them.",
            "Name it by its ids in the policy.",
            about=name,
        )
    if not known:
        return red(
            "Teams has not told of this channel: nobody has added Placet to its team.",
            "In Teams: Apps, Placet, Add to a team. If it is there, mention it there once.",
            about=name,
        )
    try:
        await _ask(patient, known[0])
    except (TeamsRefused, TeamsUnavailable) as error:
        return refusal(error, name)
    return green("", about=name)


async def _ask(patient: Patient, where: Conversation) -> None:
    if where.kind == CHANNEL and where.team:
        told = await patient.client.team_channels(where.service_url, where.team)
        if any(each.get("id") == where.id for each in told):
            return
    # Private and shared channels, and chats, are in no list.
    await patient.client.members(where.service_url, where.id)
