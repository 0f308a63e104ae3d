"""Slack as the rest of Placet sees it: a channel for cards, a route, and a connection.

Importing this imports Bolt, which takes most of a second: import it where Slack is set up, and only then.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta

from aiohttp import web
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.answers import Answers
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
from adapters.slack.signature import Signatures
from adapters.slack.socket_mode import SocketMode
from adapters.slack.workspace import Workspace
from bot.approvals import Approvals
from bot.chat.background import Background
from bot.chat.recording import LONGEST
from bot.domain.directory import Directory
from bot.domain.errors import Misconfigured
from bot.ports import Clock
from bot.settings import SlackSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Slack:
    """One workspace."""

    channel: SlackChannel
    client: SlackClient
    workspace: Workspace
    pins: Pins
    #: None without a signing secret
    mounting: Mount | None
    #: None without an app-level token
    sockets: SocketMode | None
    connecting: Connecting
    #: what lasts as long as the connection
    connections: Background
    #: answers that follow after Slack was answered
    background: Background

    @property
    def home_team(self) -> str:
        """The workspace's id; empty until Slack has answered."""
        return self.workspace.team_id

    def mount(self, app: web.Application) -> None:
        """Add the route for Slack's traffic, where it comes over HTTP."""
        if self.mounting is not None:
            self.mounting.on(app)

    async def start(
        self, *, listen: bool = True, on_connected: Callable[[], Awaitable[None]] | None = None
    ) -> None:
        """Connect; a process that only carries work outward does not listen.

        Raises `Misconfigured` when Slack refuses the token. When Slack cannot be reached it is asked again
        in the background, and `on_connected` is called when it answers; until then the door is shut and
        `home_team` is empty.
        """
        if not await self.connecting.once():
            self.connections.start(self.connecting.until_known(on_connected))
        if listen and self.sockets is not None:
            self.connections.start(self.sockets.run())

    async def stop(self) -> None:
        """End everything; what was acknowledged is stored already."""
        await self.connections.stop()
        await self.background.stop()
        await self.client.close()

    async def pin(self, names: Iterable[str]) -> dict[str, str]:
        """`slack:#name` to `slack:C…`, for the names that exist; raises `SlackUnavailable`."""
        return await self.pins.pin(names)


def build_slack(
    settings: SlackSettings,
    approvals: Approvals,
    directory: Callable[[], Directory],
    clock: Clock,
    *,
    patience: timedelta = LONGEST,
) -> Slack:
    """One workspace's Slack; raises `Misconfigured` when the settings cannot work.

    `patience` is how long the database may take before a person is told that it takes longer.
    """
    _check(settings)
    workspace, background, client = Workspace(), Background(), SlackClient(settings)
    channel = SlackChannel(client=client, workspace=workspace, directory=directory, clock=clock)
    accounts = Accounts(client=client, workspace=workspace, clock=clock)
    app = _bolt(settings, workspace)
    Listeners(
        client=client,
        approvals=approvals,
        answers=Answers(client=client, channel=channel, background=background),
        reading=Reading(approvals=approvals, accounts=accounts, directory=directory, patience=patience),
        mentions=Mentions(client, workspace),
        background=background,
    ).register(app)
    recorder = Recorder(approvals=approvals, accounts=accounts, longest=patience)
    door = Door(app=app, recorder=recorder, workspace=workspace)
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
        connections=Background(),
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
