"""Whether the people of the policy are in a team where they see what they may decide."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from adapters.teams.doctor.patient import Patient, refusal
from adapters.teams.http import TeamsRefused, TeamsUnavailable
from adapters.teams.names import PLATFORM
from bot.conversations import Conversation
from bot.doctor.folding import folded
from bot.doctor.verdict import Finding, green, skipped, yellow
from bot.domain.directory import Identity, Person

#: more questions than these are not asked in one go
MOST = 150
_NOT_FOUND = 404


async def present(patient: Patient) -> Finding | Sequence[Finding]:
    """Look for each of them in the channels that the policy names."""
    accounts = list(patient.wanted.accounts_in(PLATFORM))
    if not accounts:
        return skipped("The policy names nobody's account in Teams.")
    channels = [await patient.known(name) for name in patient.wanted.channels_in(PLATFORM)]
    places = {each.team or each.id: each for each in channels if each is not None}
    if not places:
        return skipped("People are looked for in channels of the policy, and Placet is in none of them.")
    most = max(1, MOST // len(places))
    found = [await _looked(patient, *each, tuple(places.values())) for each in accounts[:most]]
    rest = len(accounts) - len(found)
    unseen = [skipped(f"{rest} more accounts were not asked about, to spare Teams' limits.")] if rest else []
    return [*folded(found, "{count} of {total} accounts of people in the policy can decide."), *unseen]


async def _looked(
    patient: Patient, person: Person, identity: Identity, places: Sequence[Conversation]
) -> Finding:
    for place in places:
        if identity.tenant not in (None, place.tenant):
            continue
        try:
            member = await patient.client.member(place.service_url, place.id, identity.user)
        except TeamsRefused as error:
            if error.status != _NOT_FOUND:
                return refusal(error, person.id)
        except TeamsUnavailable as error:
            return refusal(error, person.id)
        else:
            return _judged(person, member)
    return yellow(
        f"{person.name} is in none of the teams whose channels the policy names, and sees no card there.",
        "Add them to a team, or correct their object id in the policy.",
        about=person.id,
    )


def _judged(person: Person, member: Mapping[str, Any]) -> Finding:
    if str(member.get("userRole") or "").lower() in ("guest", "anonymous"):
        return yellow(
            f"{person.name} is a guest, and may decide: the policy names them.",
            "Leave it if that is meant; else take them out of the policy.",
            about=person.id,
        )
    return green("", about=person.id)
