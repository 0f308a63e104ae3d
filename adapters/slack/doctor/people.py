"""Whether the people of the policy have the accounts that it names, and can decide with them."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from adapters.slack.client import Refused, Unreachable
from adapters.slack.doctor.patient import Patient, refusal
from adapters.slack.names import PLATFORM
from bot.doctor.folding import folded
from bot.doctor.verdict import Finding, green, red, skipped, yellow
from bot.domain.directory import Identity, Person

#: more than these are not asked about in one go: Slack allows about a hundred questions a minute
MOST = 80
_AT_ONCE = 5
_CORRECT = "Correct their Slack id in the policy; in their profile in Slack, More, Copy member ID."


async def known(patient: Patient) -> Finding | Sequence[Finding]:
    """Ask Slack about each of them."""
    accounts = list(patient.wanted.accounts_in(PLATFORM))
    if not accounts:
        return skipped("The policy names nobody's account in Slack.")
    few = asyncio.Semaphore(_AT_ONCE)

    async def look(person: Person, identity: Identity) -> Finding:
        async with few:
            return await _looked(patient, person, identity)

    found = await asyncio.gather(*(look(*each) for each in accounts[:MOST]))
    rest = len(accounts) - len(found)
    unseen = (
        [skipped(f"{rest} more accounts were not asked about, since Slack limits questions.")] if rest else []
    )
    return [*folded(found, "{count} of {total} accounts of people in the policy can decide."), *unseen]


async def _looked(patient: Patient, person: Person, identity: Identity) -> Finding:
    client = patient.client_of(identity.tenant)
    if client is None:
        return yellow(
            f"The account of {person.name} is in a workspace that has not installed the app.",
            "Install the app there at /slack/install, or correct the policy.",
            about=person.id,
        )
    try:
        told = await client.ask(lambda web: web.users_info(user=identity.user))
    except (Refused, Unreachable) as error:
        if isinstance(error, Refused) and error.code in ("user_not_found", "user_not_visible"):
            return red(f"Slack knows no account {identity.user} of {person.name}.", _CORRECT, about=person.id)
        return refusal(error, person.id)
    return _judged(person, told.get("user") or {})


def _judged(person: Person, user: Mapping[str, Any]) -> Finding:
    if user.get("deleted"):
        return red(
            f"The account of {person.name} is deactivated, so they decide nothing in Slack.",
            "Take them out of the policy, or name somebody else.",
            about=person.id,
        )
    if user.get("is_bot"):
        return red(
            f"The account of {person.name} is a bot's; bots decide nothing.", _CORRECT, about=person.id
        )
    if user.get("is_restricted") or user.get("is_ultra_restricted") or user.get("is_stranger"):
        return yellow(
            f"{person.name} is a guest or of another organisation, and may decide: the policy names them.",
            "Leave it if that is meant; else take them out of the policy.",
            about=person.id,
        )
    return green("", about=person.id)
