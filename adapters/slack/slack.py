"""Slack as the rest of Placet sees it: a channel for cards, a route, and a connection.

Importing this imports Bolt, which takes most of a second: import it where Slack is set up, and only then.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, replace
from datetime import timedelta

from aiohttp import web

from adapters.slack.branch import Branch, Building
from adapters.slack.client import SlackClient
from adapters.slack.connecting import Connecting
from adapters.slack.door import Door
from adapters.slack.group_board import GroupBoard
from adapters.slack.install_state import InstallState, Signer
from adapters.slack.installing import Installing
from adapters.slack.losses import Losses
from adapters.slack.mount import Mount
from adapters.slack.pinning import Pinning
from adapters.slack.renewing import renew
from adapters.slack.signature import Signatures
from adapters.slack.socket_mode import SocketMode
from adapters.slack.switchboard import Switchboard
from adapters.slack.workspace import Workspace
from adapters.slack.workspaces import Workspaces
from bot.approvals import Approvals
from bot.chat.background import Background
from bot.chat.listening import Hears
from bot.chat.recording import LONGEST
from bot.domain.directory import Directory
from bot.domain.errors import Misconfigured
from bot.edits import Edits
from bot.groups import GroupBook
from bot.installations import Installation, InstallationBook
from bot.ports import Clock
from bot.settings import SlackSettings
from bot.threads import Threads

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Slack:
    """One app, in its home workspace and in those that installed it."""

    channel: Switchboard
    #: the home's
    client: SlackClient
    workspace: Workspace
    workspaces: Workspaces
    pinning: Pinning
    #: who is in user groups
    groups: GroupBoard
    #: None without a signing secret
    mounting: Mount | None
    #: None where no other workspace can install the app
    installing: Installing | None
    #: None without an app-level token
    sockets: SocketMode | None
    #: None without a bot token
    connecting: Connecting | None
    #: what lasts as long as the connection
    connections: Background
    #: answers that follow after Slack was answered
    background: Background

    @property
    def home_team(self) -> str:
        """The workspace of the bot token; empty until Slack has answered, and without a token."""
        return self.workspace.team_id

    def mount(self, app: web.Application) -> None:
        """Add the routes for Slack's traffic, where it comes over HTTP, and for installations."""
        if self.mounting is not None:
            self.mounting.on(app)
        if self.installing is not None:
            self.installing.on(app)

    async def start(
        self, *, listen: bool = True, on_connected: Callable[[], Awaitable[None]] | None = None
    ) -> None:
        """Connect; a process that only carries work outward does not listen.

        Raises `Misconfigured` when Slack refuses the token. When Slack cannot be reached it is asked again
        in the background, and `on_connected` is called when it answers; until then the home's door is shut
        and `home_team` is empty.
        """
        await self.workspaces.load()
        if self.connecting is None:
            _log.warning("PLACET_SLACK_BOT_TOKEN is empty, so only people who are written T…/U… are known.")
        elif not await self.connecting.once():
            self.connections.start(self.connecting.until_known(on_connected))
        if listen and self.sockets is not None:
            self.connections.start(self.sockets.run())

    async def stop(self) -> None:
        """End everything; what was acknowledged is stored already."""
        await self.connections.stop()
        await self.background.stop()
        await self.workspaces.close()
        if self.installing is not None:
            await self.installing.close()

    async def renew(self, name: str, settings: SlackSettings) -> None:
        """Take up a setting's secret without a restart; raises `Misconfigured`, and keeps the old one."""
        await renew(self, name, settings)

    async def pin(self, names: Iterable[str]) -> dict[str, str]:
        """`slack:#name` to `slack:C…`, for the names that are known to exist; raises `Busy`."""
        return await self.pinning.pin(names)

    async def name_of(self, destination: str) -> str:
        """A channel as people read it, empty where Slack does not tell; raises `Busy`."""
        return await self.pinning.name_of(destination)

    async def has_news(self) -> bool:
        """Whether more names can be pinned than could be the last time; raises `Busy`."""
        return await self.pinning.has_news()


def build_slack(
    settings: SlackSettings,
    approvals: Approvals,
    edits: Edits,
    directory: Callable[[], Directory],
    clock: Clock,
    *,
    groups: GroupBook,
    hears: Hears,
    threads: Threads,
    installations: InstallationBook | None = None,
    signer: Signer | None = None,
    patience: timedelta = LONGEST,
) -> Slack:
    """Slack in all workspaces; raises `Misconfigured` when the settings cannot work.

    Without `installations` there is the home alone; without `signer` nobody can install the app here.
    `patience` is how long the database may take before a person is told that it takes longer.
    """
    _check(settings)
    background = Background()
    building = Building(
        settings=settings,
        approvals=approvals,
        edits=edits,
        directory=directory,
        clock=clock,
        background=background,
        group_book=groups,
        hears=hears,
        threads=threads,
        patience=patience,
    )
    home = building.home()
    workspaces, losses = _workspaces(settings, building, home, installations)
    installing = _installing(building, workspaces, home, installations, signer)
    door = Door(workspaces=workspaces, losses=losses)
    signatures = Signatures(settings.signing_secrets)
    token = settings.app_token
    return Slack(
        channel=Switchboard(workspaces),
        client=home.client,
        workspace=home.workspace,
        workspaces=workspaces,
        pinning=Pinning(workspaces),
        groups=GroupBoard(workspaces),
        mounting=Mount(door=door, signatures=signatures, clock=clock) if settings.signing_secrets else None,
        installing=installing,
        sockets=SocketMode(app_token=token, client=home.client, door=door) if token else None,
        connecting=Connecting(home.client, home.workspace) if settings.bot_token else None,
        connections=Background(),
        background=background,
    )


def _workspaces(
    settings: SlackSettings, building: Building, home: Branch, book: InstallationBook | None
) -> tuple[Workspaces, Losses | None]:
    has_home = bool(settings.bot_token)
    if book is None:
        return Workspaces(home=home, has_home=has_home, book=None, build=None), None

    def build(installed: Installation) -> Branch:
        return building.away(installed, lambda client, code: losses.refused(installed, client, code))

    workspaces = Workspaces(home=home, has_home=has_home, book=book, build=build)
    losses = Losses(book=book, background=building.background, changed=workspaces.load)
    return workspaces, losses


def _installing(
    building: Building,
    workspaces: Workspaces,
    home: Branch,
    book: InstallationBook | None,
    signer: Signer | None,
) -> Installing | None:
    settings, clock = building.settings, building.clock
    if book is None or signer is None or not settings.installs:
        return None
    secure = settings.public_url.startswith("https://")
    return Installing(
        settings=settings,
        client=SlackClient(replace(settings, bot_token="")),  # nosec B106  # this client has none on purpose
        book=book,
        state=InstallState(signer=signer, book=book, clock=clock, secure=secure),
        home=home.workspace,
        clock=clock,
        changed=workspaces.load,
    )


def _check(settings: SlackSettings) -> None:
    if not settings.bot_token and not settings.installs:
        raise Misconfigured(
            "Slack needs PLACET_SLACK_BOT_TOKEN, the bot token (xoxb-…) of your app, or"
            " PLACET_SLACK_CLIENT_ID and PLACET_SLACK_CLIENT_SECRET for many workspaces."
        )
    if not settings.app_token and not any(settings.signing_secrets):
        raise Misconfigured(
            "Slack needs PLACET_SLACK_APP_TOKEN for Socket Mode, or PLACET_SLACK_SIGNING_SECRET for HTTP."
        )
