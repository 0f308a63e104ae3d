"""Slack's code for a token: the end of an installation, on Slack's side (docs.slack.dev/authentication)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from adapters.slack.client import Answer, Refused, SlackClient, Unreachable
from bot.domain.errors import PlacetError
from bot.installations import Installation
from bot.settings import SlackSettings


class NotInstalled(PlacetError):
    """Slack did not give Placet a token; begin again."""

    code = "not_installed"


#: Slack's refusals, as the operator or the person in the browser can act on them
_REFUSALS = {
    "bad_client_secret": "PLACET_SLACK_CLIENT_SECRET is not the one of this Slack app.",  # nosec B105  # a sentence about one
    "invalid_client_id": "PLACET_SLACK_CLIENT_ID is not the one of this Slack app.",
    "bad_redirect_uri": "The Slack app does not list this address under Redirect URLs.",
    "code_already_used": "This installation is finished already; begin again if the app is missing.",
    "invalid_code": "Slack does not know this installation any more; begin again.",
}


class Exchange:
    """Asks Slack for the token behind a code."""

    def __init__(self, client: SlackClient, settings: SlackSettings, redirect_uri: str) -> None:
        self._client = client
        self._settings = settings
        self._redirect_uri = redirect_uri

    def renew(self, client_secret: str) -> None:
        """Show Slack another secret from now on."""
        self._settings = replace(self._settings, client_secret=client_secret)

    async def token(self, code: str, now: datetime) -> Installation:
        """What was installed; raises `NotInstalled` with the reason."""
        asked = {
            "client_id": self._settings.client_id,
            "client_secret": self._settings.client_secret,
            "code": code,
            "redirect_uri": self._redirect_uri,
        }
        try:
            # The SDK's own method for it stands on something that aiohttp is about to remove.
            answer = await self._client.ask(lambda web: web.api_call("oauth.v2.access", data=asked))
        except Refused as error:
            sentence = _REFUSALS.get(error.code, f"Slack answered {error.code}; begin again.")
            raise NotInstalled(sentence) from error
        except Unreachable as error:
            raise NotInstalled("Slack cannot be reached right now; begin again in a moment.") from error
        return _read(answer, now)


def _read(answer: Answer, now: datetime) -> Installation:
    team, enterprise = _part(answer, "team"), _part(answer, "enterprise")
    is_organisation = bool(answer.get("is_enterprise_install"))
    owner = enterprise if is_organisation else team
    token = str(answer.get("access_token") or "")
    if answer.get("expires_in"):
        raise NotInstalled("Its tokens expire; turn token rotation off in the Slack app, and begin again.")
    if not token.startswith("xoxb-") or not owner.get("id"):
        raise NotInstalled("Slack gave no bot token; the app has to ask for its bot scopes. Begin again.")
    return Installation(
        tenant=str(owner["id"]),
        enterprise=str(enterprise.get("id") or ""),
        name=str(owner.get("name") or ""),
        bot_token=token,
        bot_user=str(answer.get("bot_user_id") or ""),
        app_id=str(answer.get("app_id") or ""),
        scopes=tuple(sorted(filter(None, str(answer.get("scope") or "").split(",")))),
        installed_by=str(_part(answer, "authed_user").get("id") or ""),
        installed_at=now,
    )


def _part(answer: Answer, name: str) -> Mapping[str, Any]:
    found = answer.get(name)
    return found if isinstance(found, dict) else {}
