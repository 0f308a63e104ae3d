"""Everything that works for one workspace: its token, its cards, its answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TypeAlias

from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.answers import Answers
from adapters.slack.channel import SlackChannel
from adapters.slack.client import SlackClient
from adapters.slack.editing import Editing
from adapters.slack.groups import UserGroups
from adapters.slack.identity import Accounts
from adapters.slack.listeners import Listeners
from adapters.slack.mentions import NOTES, Mentions
from adapters.slack.offers import Offers
from adapters.slack.paging import Paging
from adapters.slack.pins import Pins
from adapters.slack.reading import Reading
from adapters.slack.recording import Recorder
from adapters.slack.replies import Replies
from adapters.slack.workspace import Workspace
from bot.approvals import Approvals
from bot.chat.background import Background
from bot.chat.hearing import Hearing
from bot.chat.listening import Hears, Listening
from bot.domain.directory import Directory
from bot.edits import Edits
from bot.groups import GroupBook
from bot.installations import Installation
from bot.ports import Clock
from bot.settings import SlackSettings
from bot.threads import Threads

OnRefused: TypeAlias = Callable[[SlackClient, str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """One workspace. Nothing of another one is reached through it."""

    workspace: Workspace
    client: SlackClient
    channel: SlackChannel
    pins: Pins
    recorder: Recorder
    mentions: Mentions
    #: who is in its user groups
    groups: UserGroups
    #: Bolt, which acknowledges and routes
    app: AsyncApp


@dataclass(frozen=True, slots=True, kw_only=True)
class Building:
    """Puts branches together."""

    settings: SlackSettings
    approvals: Approvals
    edits: Edits
    directory: Callable[[], Directory]
    clock: Clock
    background: Background
    #: where what is read of user groups is kept
    group_book: GroupBook
    hears: Hears
    threads: Threads
    #: how long the database may take before a person is told that it takes longer
    patience: timedelta

    def home(self) -> Branch:
        """The workspace of the bot token in the settings, which is still to be asked whose it is."""
        return self._built(self.settings, Workspace(), None)

    def away(self, installed: Installation, on_refused: OnRefused) -> Branch:
        """A workspace that installed the app; `on_refused` hears Slack's word whenever it says no there."""
        workspace = Workspace(
            team_id=installed.tenant,
            bot_user=installed.bot_user,
            bot_id=installed.bot_id,
            app_id=installed.app_id,
            name=installed.name,
            is_home=False,
        )
        settings = replace(self.settings, bot_token=installed.bot_token)
        return self._built(settings, workspace, on_refused)

    def _built(self, settings: SlackSettings, workspace: Workspace, on_refused: OnRefused | None) -> Branch:
        client = SlackClient(settings, on_refused)
        channel = SlackChannel(client=client, workspace=workspace, directory=self.directory, clock=self.clock)
        accounts = Accounts(client=client, workspace=workspace, clock=self.clock)
        groups = UserGroups(client=client, workspace=workspace, book=self.group_book)
        paging = Paging(client=client, approvals=self.approvals, accounts=accounts)
        app = _bolt(client, settings, workspace)
        replies = Replies(client)
        listening = Listening(hears=self.hears, threads=self.threads, directory=self.directory, notes=NOTES)
        Listeners(
            client=client,
            approvals=self.approvals,
            answers=Answers(client=client, channel=channel, paging=paging, background=self.background),
            reading=Reading(
                approvals=self.approvals,
                accounts=accounts,
                directory=self.directory,
                patience=self.patience,
            ),
            offers=Offers(
                listening=listening,
                accounts=accounts,
                replies=replies,
                background=self.background,
                patience=self.patience,
            ),
            correcting=Editing(
                edits=self.edits.corrections,
                approvals=self.approvals,
                accounts=accounts,
                patience=self.patience,
            ),
            editing=Editing(
                edits=self.edits, approvals=self.approvals, accounts=accounts, patience=self.patience
            ),
            groups=groups,
            paging=paging,
            background=self.background,
        ).register(app)
        return Branch(
            workspace=workspace,
            client=client,
            channel=channel,
            pins=Pins(client, workspace),
            recorder=Recorder(
                approvals=self.approvals, edits=self.edits, accounts=accounts, longest=self.patience
            ),
            mentions=Mentions(
                listening=listening,
                accounts=accounts,
                replies=replies,
                workspace=workspace,
                hearing=Hearing(self.background, self.patience),
            ),
            groups=groups,
            app=app,
        )


def _bolt(client: SlackClient, settings: SlackSettings, workspace: Workspace) -> AsyncApp:
    """Bolt, told who we are instead of asking Slack at the first press; signatures are checked before it."""

    async def authorize(
        enterprise_id: str | None, team_id: str | None, user_id: str | None
    ) -> AuthorizeResult:
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=workspace.team_id,
            bot_id=workspace.bot_id,
            bot_user_id=workspace.bot_user,
            bot_token=client.token,
        )

    return AsyncApp(
        name="placet",
        client=AsyncWebClient(base_url=settings.api_url, retry_handlers=[]),
        authorize=authorize,
        request_verification_enabled=False,
        ssl_check_enabled=False,
        url_verification_enabled=False,
    )
