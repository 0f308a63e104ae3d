"""Whether the app was granted what the manifest asks for, and what this policy needs of it."""

from __future__ import annotations

from collections.abc import Sequence

from adapters.slack.doctor.patient import Patient
from adapters.slack.names import PLATFORM
from adapters.slack.scopes import BOT_SCOPES
from bot.doctor.verdict import Finding, green, red, skipped, yellow

#: without these nobody can be shown anything, or nobody's press counts
_ESSENTIAL = frozenset({"channels:read", "chat:write", "im:write", "users:read"})
#: what the manifest tells as "the same" as the line above it
_IN_FULL = {
    "groups:history": "looking for a card after a post in doubt in private channels, and its thread",
    "groups:read": "ids and names of private channels",
    "im:history": "looking for a card after a post in doubt in direct messages",
}
_REINSTALL = (
    "Paste manifest.yml into the app at api.slack.com/apps (App Manifest), and install it in the workspace"
    " again."
)


async def granted(patient: Patient) -> Finding | Sequence[Finding]:
    """Compare what Slack said it granted."""
    if patient.scopes is None:
        return skipped("Slack does not say what the token was granted.")
    needed = _needed(patient)
    missing = [scope for scope in BOT_SCOPES if scope not in patient.scopes]
    if not missing:
        return green(f"All {len(BOT_SCOPES)} permissions of manifest.yml are granted.")
    return [_lacks(scope, is_needed=scope in needed) for scope in missing]


def _needed(patient: Patient) -> frozenset[str]:
    return _ESSENTIAL | ({"usergroups:read"} if patient.wanted.groups_in(PLATFORM) else frozenset())


def _lacks(scope: str, *, is_needed: bool) -> Finding:
    sentence = f"The permission {scope} is not granted; it is for {_IN_FULL.get(scope, BOT_SCOPES[scope])}."
    say = red if is_needed else yellow
    return say(sentence, _REINSTALL, about=scope)
