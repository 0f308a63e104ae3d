"""Puts the Slack part together; nothing is asked of Slack before `start`.

Importing this imports Bolt, which takes most of a second: import it where Slack is set up, and only then.
"""

from __future__ import annotations

from collections.abc import Callable

from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.answers import Answers
from adapters.slack.background import Background
from adapters.slack.channel import SlackChannel
from adapters.slack.client import SlackClient
from adapters.slack.connecting import Connecting
from adapters.slack.door import Door
from adapters.slack.identity import Accounts
from adapters.slack.listeners import Listeners
from adapters.slack.mentions import Mentions
from adapters.slack.mount import Mount
from adapters.slack.pins import Pins
from adapters.slack.reading import Reading
from adapters.slack.recording import Recorder
from adapters.slack.settings import SlackSettings
from adapters.slack.signature import Signatures
from adapters.slack.slack import Slack
from adapters.slack.socket_mode import SocketMode
from adapters.slack.workspace import Workspace
from bot.approvals import Approvals
from bot.domain.directory import Directory
from bot.domain.errors import Misconfigured
from bot.ports import Clock


def build_slack(
    settings: SlackSettings, approvals: Approvals, directory: Callable[[], Directory], clock: Clock
) -> Slack:
    """One workspace's Slack; raises `Misconfigured` when the settings cannot work."""
    _check(settings)
    workspace, background, client = Workspace(), Background(), SlackClient(settings)
    channel = SlackChannel(client=client, workspace=workspace, directory=directory, clock=clock)
    accounts = Accounts(client=client, workspace=workspace, clock=clock)
    app = _bolt(settings, workspace)
    Listeners(
        client=client,
        approvals=approvals,
        answers=Answers(client=client, channel=channel, background=background),
        reading=Reading(approvals=approvals, accounts=accounts, directory=directory),
        mentions=Mentions(client, workspace),
        background=background,
    ).register(app)
    door = Door(app=app, recorder=Recorder(approvals=approvals, accounts=accounts), workspace=workspace)
    signatures = Signatures(settings.signing_secrets)
    token = settings.app_token
    return Slack(
        client=client,
        workspace=workspace,
        channel=channel,
        pins=Pins(client, workspace),
        mounting=Mount(door=door, signatures=signatures, clock=clock) if settings.signing_secrets else None,
        sockets=SocketMode(app_token=token, client=client, door=door) if token else None,
        connecting=Connecting(client, workspace),
        background=background,
    )


def _check(settings: SlackSettings) -> None:
    if not settings.bot_token:
        raise Misconfigured("Slack needs PLACET_SLACK_BOT_TOKEN, the bot token (xoxb-…) of your app.")
    if not settings.app_token and not any(settings.signing_secrets):
        raise Misconfigured(
            "Slack needs PLACET_SLACK_APP_TOKEN for Socket Mode, or PLACET_SLACK_SIGNING_SECRET for HTTP."
        )


def _bolt(settings: SlackSettings, workspace: Workspace) -> AsyncApp:
    """Bolt, told who we are instead of asking Slack at the first press; signatures are checked before it."""

    async def authorize(
        enterprise_id: str | None, team_id: str | None, user_id: str | None
    ) -> AuthorizeResult:
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=workspace.team_id,
            bot_id=workspace.bot_id,
            bot_user_id=workspace.bot_user,
            bot_token=settings.bot_token,
        )

    return AsyncApp(
        name="placet",
        client=AsyncWebClient(base_url=settings.api_url, retry_handlers=[]),
        authorize=authorize,
        request_verification_enabled=False,
        ssl_check_enabled=False,
        url_verification_enabled=False,
    )
