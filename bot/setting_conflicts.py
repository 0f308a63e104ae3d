"""Settings that do not go together, told beside the ones that are wrong by themselves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

_LOOPBACK = ("127.0.0.1", "::1", "localhost")


def conflicts(given: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The name of each setting that lacks or contradicts another one, with the sentence about it."""
    yield from _slack(given)
    yield from _teams(given)


def _slack(given: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    lacking = tuple(_slack_installs(given))
    yield from lacking
    connecting = [name for name in ("slack_bot_token", "slack_client_id") if name in given]
    if connecting and not lacking and not {"slack_app_token", "slack_signing_secret"} & given.keys():
        yield (
            connecting[0],
            "Add PLACET_SLACK_APP_TOKEN (Socket Mode) or PLACET_SLACK_SIGNING_SECRET (HTTP).",
        )
    for name in ("slack_app_token", "slack_signing_secret"):
        if name in given and not connecting:
            yield (
                name,
                "This needs PLACET_SLACK_BOT_TOKEN beside it (or PLACET_SLACK_CLIENT_ID and …_SECRET).",
            )


def _slack_installs(given: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What workspaces need to install the app."""
    for name, other in (("id", "secret"), ("secret", "id")):
        if f"slack_client_{name}" in given and f"slack_client_{other}" not in given:
            yield f"slack_client_{name}", f"This needs PLACET_SLACK_CLIENT_{other.upper()} beside it."
    if "slack_install_teams" in given and "slack_client_id" not in given:
        yield "slack_install_teams", "This needs PLACET_SLACK_CLIENT_ID beside it."


def _teams(given: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    unauthenticated = str(given.get("teams_unauthenticated", "")).strip().lower() in (
        "1",
        "true",
        "yes",
        "on",
    )
    if unauthenticated and str(given.get("host", "127.0.0.1")).strip() not in _LOOPBACK:
        yield (
            "teams_unauthenticated",
            "This lets anybody speak as Teams, so PLACET_HOST has to be 127.0.0.1; remove one of them.",
        )
    if "teams_app_password" in given and "teams_app_id" not in given:
        yield "teams_app_password", "This needs PLACET_TEAMS_APP_ID beside it."
