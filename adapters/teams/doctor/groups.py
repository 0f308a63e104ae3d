"""Whether the teams that the policy takes for groups can be read, and hold people who may decide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from adapters.teams.doctor.patient import Patient
from adapters.teams.names import PLATFORM
from bot.doctor.folding import folded
from bot.doctor.rosters import judged
from bot.doctor.verdict import Finding, skipped


async def readable(patient: Patient) -> Finding | Sequence[Finding]:
    """Read each of them."""
    sources = patient.wanted.groups_in(PLATFORM)
    if not sources:
        return skipped("The policy looks no group up in Teams.")
    home = {PLATFORM: tuple(patient.settings.tenants)}
    directory = replace(patient.wanted.directory, home=home)
    found = [judged(each, await patient.rosters.read_group(each), directory) for each in sources]
    return folded(found, "{count} of {total} teams can be read, and hold people of the policy.")
