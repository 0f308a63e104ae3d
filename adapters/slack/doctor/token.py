"""Whether Slack takes the bot token, and whose it is."""

from __future__ import annotations

from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from adapters.slack.client import Refused, Unreachable
from adapters.slack.doctor.patient import Patient, refusal
from bot.doctor.verdict import Finding, green, skipped

#: lists what the token was granted (docs.slack.dev/authentication/installing-with-oauth)
SCOPES = "x-oauth-scopes"


async def accepted(patient: Patient) -> Finding:
    """Ask Slack who we are (docs.slack.dev/reference/methods/auth.test)."""
    if not patient.settings.bot_token:
        return skipped("There is no PLACET_SLACK_BOT_TOKEN: workspaces install the app by themselves.")
    granted = ""

    async def ask(web: AsyncWebClient) -> AsyncSlackResponse:
        nonlocal granted
        answer = await web.auth_test()
        granted = _header(answer, SCOPES)
        return answer

    try:
        told = await patient.client.ask(ask)
    except (Refused, Unreachable) as error:
        return refusal(error)
    workspace = patient.workspace
    workspace.team_id, workspace.bot_id = str(told.get("team_id") or ""), str(told.get("bot_id") or "")
    workspace.bot_user, workspace.name = str(told.get("user_id") or ""), str(told.get("team") or "")
    patient.scopes = frozenset(each.strip() for each in granted.split(",") if each.strip()) or None
    workspace.app_id = await _app_id(patient)
    return green(f"The bot token is @{told.get('user')}'s in the workspace {workspace.name}.")


def _header(answer: AsyncSlackResponse, name: str) -> str:
    found = {key.lower(): value for key, value in answer.headers.items()}
    return str(found.get(name) or "")


async def _app_id(patient: Patient) -> str:
    try:
        told = await patient.client.ask(lambda web: web.bots_info(bot=patient.workspace.bot_id))
    except (Refused, Unreachable):
        return ""  # the check of scopes says what is missing
    return str((told.get("bot") or {}).get("app_id") or "")
