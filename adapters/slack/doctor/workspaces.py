"""Whether the tokens of the workspaces that installed the app still work."""

from __future__ import annotations

from collections.abc import Sequence

from adapters.slack.client import Refused, Unreachable
from adapters.slack.doctor.patient import Patient, refusal
from bot.doctor.folding import folded
from bot.doctor.verdict import Finding, green, skipped
from bot.installations import Installation


async def alive(patient: Patient) -> Finding | Sequence[Finding]:
    """Ask Slack with each of them."""
    if not patient.settings.installs:
        return skipped("Only the workspace of the bot token is served.")
    installed = [each for each in await patient.installed() if not each.revoked]
    if not installed:
        return green("No other workspace has installed the app yet.")
    found = [await _asked(patient, each) for each in installed]
    return folded(found, "The tokens of {count} of {total} other workspaces work.")


async def _asked(patient: Patient, installation: Installation) -> Finding:
    name = installation.name or installation.tenant
    client = patient.other(installation)
    try:
        await client.ask(lambda web: web.auth_test())
    except (Refused, Unreachable) as error:
        return refusal(error, name)
    return green("", about=name)
