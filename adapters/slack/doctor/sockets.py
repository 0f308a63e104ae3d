"""Whether Socket Mode can be used: a connection is opened, greeted, and closed."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

import aiohttp

from adapters.slack.client import Refused, Unreachable
from adapters.slack.doctor.patient import Patient, refusal
from bot.doctor.verdict import Finding, green, red, skipped

_TIMEOUT = aiohttp.ClientTimeout(total=8)
#: app-level tokens name their app: `xapp-1-A0123-…`
_APP = re.compile(r"xapp-[0-9]+-(?P<app>A[A-Z0-9]+)-")
_BROKEN = dict.fromkeys(
    ("invalid_auth", "not_authed", "token_revoked", "token_expired", "account_inactive"),
    "Slack refuses the app token; make one under Basic Information, App-Level Tokens, and set"
    " PLACET_SLACK_APP_TOKEN.",
) | {
    "missing_scope": "The app token lacks connections:write; make one with it under Basic Information,"
    " App-Level Tokens.",
    "not_allowed_token_type": "PLACET_SLACK_APP_TOKEN is no app-level token; make one under Basic"  # nosec B105  # a sentence about one
    " Information.",
    "socket_mode_not_enabled": "Socket Mode is off in the app's settings; turn it on.",
    "connection_limit_exceeded": "The app has ten connections already, the most that Slack allows; end a"
    " Placet that runs elsewhere with this token.",
}


async def opens(patient: Patient) -> Finding:
    """Ask for an address, and dial it unless a Placet has a connection already."""
    token = patient.settings.app_token
    if token is None:
        return skipped("Slack comes over HTTP: there is no PLACET_SLACK_APP_TOKEN.")
    if strange := _strange(token, patient.workspace.app_id):
        return strange
    try:
        told = await patient.client.ask(lambda web: web.apps_connections_open(app_token=token))
    except (Refused, Unreachable) as error:
        return refusal(error, broken=_BROKEN)
    if await patient.is_serving():
        # Slack sends each press to one of the connections; one that is only tried would lose it.
        return green(
            "Slack gives out addresses for Socket Mode. None was dialled beside the running Placet, so that"
            " no press gets lost on it."
        )
    return await _dialled(str(told.get("url") or ""), patient.workspace.app_id)


def _strange(token: str, app: str) -> Finding | None:
    named = _APP.match(token)
    if named is None or not app or named["app"] == app:
        return None
    return red(
        f"The app token is of the app {named['app']}, and the bot token of {app}.",
        "Take both from the same app, and set PLACET_SLACK_APP_TOKEN or PLACET_SLACK_BOT_TOKEN anew.",
    )


async def _dialled(url: str, app: str) -> Finding:
    try:
        hello = await _hello(url)
    except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as error:
        return red(
            f"Slack's socket could not be opened: {type(error).__name__}.",
            "Let this machine open wss:// connections to Slack (wss-primary.slack.com and its kin).",
        )
    info = hello.get("connection_info")
    given = str(info.get("app_id") or "") if isinstance(info, dict) else ""
    if hello.get("type") != "hello" or (app and given and given != app):
        return red(
            "The socket belongs to another app than the bot token.", "Take both tokens from the same app."
        )
    return green("A Socket Mode connection was opened, greeted by Slack, and closed.")


async def _hello(url: str) -> Mapping[str, Any]:
    async with aiohttp.ClientSession(timeout=_TIMEOUT) as http, http.ws_connect(url) as socket:
        first = json.loads(await socket.receive_str(timeout=5))
        return first if isinstance(first, dict) else {}
