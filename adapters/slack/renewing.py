"""Secrets that are replaced while Slack is connected: tried out where that is possible, then taken."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

from adapters.slack.client import Refused, SlackClient, Unreachable
from adapters.slack.connecting import Connecting
from adapters.slack.workspace import Workspace
from bot.domain.errors import Misconfigured
from bot.settings import SlackSettings

if TYPE_CHECKING:
    from adapters.slack.slack import Slack

_RESTART = "It is taken up by a restart."


async def renew(slack: Slack, name: str, settings: SlackSettings) -> None:
    """Take up the secret of one setting; raises `Misconfigured` with the reason, and keeps the old one."""
    try:
        await _RENEWALS[name](slack, settings)
    except Refused as error:
        raise Misconfigured(f"Slack refuses it ({error.code}).") from error
    except Unreachable as error:
        raise Misconfigured(f"It could not be tried out: {error} Try again later.") from error


async def _signing_secret(slack: Slack, settings: SlackSettings) -> None:
    """Slack has no way to try one out; what is signed with none of them is refused, as always."""
    if slack.mounting is None or not settings.signing_secrets:
        raise Misconfigured(_RESTART)
    slack.mounting.signatures.replace(settings.signing_secrets)


async def _bot_token(slack: Slack, settings: SlackSettings) -> None:
    if slack.connecting is None or not settings.bot_token:
        raise Misconfigured(_RESTART)
    client, found = SlackClient(replace(settings, app_token=None)), Workspace()
    try:
        if not await Connecting(client, found).once():
            raise Misconfigured("It could not be tried out, since Slack cannot be reached. Try again later.")
    finally:
        await client.close()
    home = slack.workspace
    if home.is_known and (found.team_id, found.app_id or home.app_id) != (home.team_id, home.app_id):
        raise Misconfigured("It belongs to another workspace or another app, which takes a restart.")
    slack.client.renew(settings.bot_token)
    home.bot_user, home.bot_id = found.bot_user, found.bot_id


async def _app_token(slack: Slack, settings: SlackSettings) -> None:
    if slack.sockets is None or settings.app_token is None:
        raise Misconfigured(_RESTART)
    await slack.sockets.renew(settings.app_token)


async def _client_secret(slack: Slack, settings: SlackSettings) -> None:
    """It is tried out by the next workspace that installs the app."""
    if slack.installing is None or not settings.client_secret:
        raise Misconfigured(_RESTART)
    slack.installing.exchange.renew(settings.client_secret)


_Renewal: TypeAlias = Callable[["Slack", SlackSettings], Awaitable[None]]
_RENEWALS: Mapping[str, _Renewal] = {
    "slack_signing_secret": _signing_secret,
    "slack_bot_token": _bot_token,
    "slack_app_token": _app_token,
    "slack_client_secret": _client_secret,
}
