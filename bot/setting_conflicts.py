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
    if "slack_bot_token" in given:
        if not {"slack_app_token", "slack_signing_secret"} & given.keys():
            yield (
                "slack_bot_token",
                "Add PLACET_SLACK_APP_TOKEN (Socket Mode) or PLACET_SLACK_SIGNING_SECRET (HTTP).",
            )
        return
    for name in ("slack_app_token", "slack_signing_secret"):
        if name in given:
            yield name, "This needs PLACET_SLACK_BOT_TOKEN beside it."
    if "slack_client_id" in given or "slack_client_secret" in given:
        yield (
            "slack_client_id",
            "Installing into many workspaces is not supported yet; set PLACET_SLACK_BOT_TOKEN for one.",
        )


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
