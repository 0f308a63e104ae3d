"""Whether the user groups of the policy can be read, and hold people who may decide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from adapters.slack.doctor.patient import Patient
from adapters.slack.groups import UserGroups, read_source
from adapters.slack.names import PLATFORM
from bot.doctor.folding import folded
from bot.doctor.rosters import judged
from bot.doctor.verdict import Finding, red, skipped
from bot.groups import GroupBook


async def readable(patient: Patient, book: GroupBook) -> Finding | Sequence[Finding]:
    """Read each of them."""
    sources = patient.wanted.groups_in(PLATFORM)
    if not sources:
        return skipped("The policy looks no group up in Slack.")
    found = [await _read(patient, book, source) for source in sources]
    return folded(found, "{count} of {total} user groups can be read, and hold people of the policy.")


async def _read(patient: Patient, book: GroupBook, source: str) -> Finding:
    named = read_source(source)
    if named is None:
        return red("This is no user group of Slack.", "Correct it in the policy.", about=source)
    client = patient.client_of(named.team or None)
    if client is None:
        return red(
            "This group is in a workspace that has not installed the app.",
            "Install the app there at /slack/install, or correct the policy.",
            about=source,
        )
    read = await UserGroups(client=client, workspace=patient.workspace, book=book).read(named)
    home = {PLATFORM: (patient.workspace.team_id,)}
    return judged(source, read, replace(patient.wanted.directory, home=home))
