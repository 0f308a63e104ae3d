"""Microsoft Teams as the rest of Placet sees it: a channel for cards, a route, and names of channels."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta

from aiohttp import web

from adapters.teams.channel import TeamsChannel
from adapters.teams.client import TeamsClient
from adapters.teams.conversations import Conversations
from adapters.teams.door import Door
from adapters.teams.editing import Editing
from adapters.teams.groups import TeamRosters
from adapters.teams.identity import Accounts
from adapters.teams.listeners import Listeners
from adapters.teams.mentions import WITH_CONSENT, WITHOUT_CONSENT, Mentions
from adapters.teams.mount import Mount
from adapters.teams.offers import Offers
from adapters.teams.pins import Pins
from adapters.teams.reading import Reading
from adapters.teams.recording import Recorder
from adapters.teams.replies import Replies
from adapters.teams.rooms import Rooms
from bot.approvals import Approvals
from bot.chat.background import Background
from bot.chat.hearing import Hearing
from bot.chat.listening import Hears, Listening
from bot.chat.recording import LONGEST
from bot.conversations import ConversationBook
from bot.domain.directory import Directory
from bot.domain.errors import Misconfigured
from bot.edits import Edits
from bot.groups import GroupBook
from bot.ports import Clock
from bot.settings import TeamsSettings
from bot.threads import Threads

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Teams:
    """One bot, in one tenant or several."""

    channel: TeamsChannel
    client: TeamsClient
    pins: Pins
    #: who is in teams
    groups: TeamRosters
    mounting: Mount
    #: the tenants that are let in; a person of the policy without a tenant is in one of these
    tenants: tuple[str, ...]
    #: answers that follow after Teams was answered
    background: Background

    def mount(self, app: web.Application) -> None:
        """Add the route for Teams' traffic."""
        self.mounting.on(app)

    async def start(self) -> None:
        """Say what is unusual; Teams comes to us, so there is nothing to connect."""
        if not self.tenants:
            _log.warning(
                "PLACET_TEAMS_TENANT_ID is empty, so only people who are written tenant/object are known."
            )

    async def stop(self) -> None:
        """End everything; what was acknowledged is stored already."""
        await self.background.stop()
        await self.client.close()

    async def renew(self, name: str, settings: TeamsSettings) -> None:
        """Take up a setting's secret without a restart; raises `Misconfigured`, and keeps the old one."""
        if name != "teams_app_password":
            raise Misconfigured("It is taken up by a restart.")
        await self.client.renew(settings.app_password)

    async def pin(self, names: Iterable[str]) -> dict[str, str]:
        """`teams:Team/Channel` to `teams:<group id>/19:…`, where the bot was added; raises `Busy`."""
        return await self.pins.pin(names)

    async def find(self, name: str) -> str | None:
        """The same for a name that somebody said; raises `Busy`."""
        return await self.pins.find(name)

    async def has_news(self) -> bool:
        """Whether a channel that could not be pinned can be now; raises `Busy`."""
        return await self.pins.has_news()


def build_teams(
    settings: TeamsSettings,
    approvals: Approvals,
    edits: Edits,
    directory: Callable[[], Directory],
    clock: Clock,
    *,
    conversations: ConversationBook,
    groups: GroupBook,
    hears: Hears,
    threads: Threads,
    patience: timedelta = LONGEST,
) -> Teams:
    """One bot; raises `Misconfigured` when the settings cannot work.

    `patience` is how long the database may take before a person is told that it takes longer.
    """
    _check(settings)
    tenants, background, client = settings.tenants, Background(), TeamsClient(settings, clock)
    learned = Conversations(book=conversations, client=client, background=background)
    rooms = Rooms(client=client, book=conversations, directory=directory, tenants=tenants)
    channel = TeamsChannel(client=client, rooms=rooms, directory=directory)
    accounts = Accounts(client=client, clock=clock)
    editing = Editing(edits=edits, approvals=approvals, accounts=accounts)
    reading = Reading(
        approvals=approvals, editing=editing, accounts=accounts, directory=directory, patience=patience
    )
    rosters = TeamRosters(client=client, book=conversations, tenants=tenants, groups=groups)
    reads_channels = settings.read_channel_messages
    notes = (WITH_CONSENT if reads_channels else WITHOUT_CONSENT,)
    listening = Listening(hears=hears, threads=threads, directory=directory, notes=notes)
    replies = Replies(client=client, channel=channel)
    door = Door(
        recorder=Recorder(
            approvals=approvals,
            edits=edits,
            conversations=learned,
            accounts=accounts,
            longest=patience,
        ),
        conversations=learned,
        listeners=Listeners(
            approvals=approvals, reading=reading, editing=editing, channel=channel, background=background
        ),
        rosters=rosters,
        mentions=Mentions(
            listening=listening,
            accounts=accounts,
            conversations=learned,
            replies=replies,
            hearing=Hearing(background, patience),
            reads_channels=reads_channels,
        ),
        offers=Offers(
            listening=listening,
            accounts=accounts,
            replies=replies,
            background=background,
            patience=patience,
        ),
        tenants=tenants,
    )
    return Teams(
        channel=channel,
        client=client,
        pins=Pins(book=conversations, conversations=learned, tenants=tenants),
        groups=rosters,
        mounting=Mount(settings=settings, door=door, clock=clock),
        tenants=tenants,
        background=background,
    )


def _check(settings: TeamsSettings) -> None:
    if settings.app_id and not settings.tenants:
        raise Misconfigured(
            "Teams needs PLACET_TEAMS_TENANT_ID, the directory (tenant) id of your organisation, or several."
        )
