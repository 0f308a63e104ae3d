"""The chat platforms that are connected: started, mounted, pinned and stopped as one."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from aiohttp import web

from bot.approvals import Approvals
from bot.chat.listening import Hears
from bot.conversations import ConversationBook
from bot.domain.directory import Directory
from bot.domain.errors import Misconfigured, PlacetError
from bot.edits import Edits
from bot.groups import GroupBook, GroupSource
from bot.installations import InstallationBook
from bot.policy import Policy
from bot.ports import CardChannel, Clock
from bot.references import Signer
from bot.settings import Settings
from bot.threads import Threads

if TYPE_CHECKING:
    from adapters.slack.slack import Slack
    from adapters.teams.teams import Teams

_log = logging.getLogger(__name__)


@dataclass(slots=True, kw_only=True)
class Platforms:
    """Slack and Teams, each None when it is not set up."""

    slack: Slack | None
    teams: Teams | None
    #: whether the groups of the policy that was made ready last could be looked for
    _are_groups_known: bool = field(default=True, init=False)

    def channels(self) -> Iterator[CardChannel]:
        """The places where cards stand."""
        if self.slack is not None:
            yield self.slack.channel
        if self.teams is not None:
            yield self.teams.channel

    def group_sources(self) -> Iterator[GroupSource]:
        """The platforms whose groups can be looked up."""
        if self.slack is not None:
            yield self.slack.groups
        if self.teams is not None:
            yield self.teams.groups

    def mount(self, app: web.Application) -> None:
        """Add the routes for what the platforms send."""
        if self.slack is not None:
            self.slack.mount(app)
        if self.teams is not None:
            self.teams.mount(app)

    async def start(self, *, listens: bool) -> None:
        """Connect; raises `Misconfigured`."""
        if self.slack is not None:
            await self.slack.start(listen=listens)
        if self.teams is not None:
            await self.teams.start()

    async def stop(self) -> None:
        """End everything; what was acknowledged is stored already."""
        if self.teams is not None:
            await self.teams.stop()
        if self.slack is not None:
            await self.slack.stop()

    async def renew(self, name: str, settings: Settings) -> None:
        """Take up a setting's secret without a restart; raises `Misconfigured`, and keeps the old one."""
        if name.startswith("slack_") and self.slack is not None and settings.slack is not None:
            await self.slack.renew(name, settings.slack)
        elif name.startswith("teams_") and self.teams is not None and settings.teams is not None:
            await self.teams.renew(name, settings.teams)
        else:
            raise Misconfigured("The platform is connected, or not connected any more, by a restart.")

    async def pinned(self, policy: Policy) -> Policy:
        """The policy with the platforms' ids; with names, for now, where a platform cannot be asked."""
        if self.slack is not None:
            policy = policy.pinned(await self.slack.pin(policy.channels()))
        if self.teams is not None:
            policy = policy.pinned(await self.teams.pin(policy.channels()))
        return await self._with_groups(policy)

    async def find_channel(self, name: str) -> str | None:
        """The destination of a channel by its name, such as `slack:#refunds`; raises `Busy`."""
        if self.teams is not None and (found := await self.teams.find(name)):
            return found
        return (await self.slack.pin((name,))).get(name) if self.slack is not None else None

    async def name_channel(self, destination: str) -> str:
        """A channel as people read it, empty where the platform does not tell; raises `Busy`."""
        if self.slack is not None and (name := await self.slack.name_of(destination)):
            return name
        return await self.teams.pins.name_of(destination) if self.teams is not None else ""

    def home(self) -> dict[str, tuple[str, ...]]:
        """By platform, the tenants that a person of the policy without a tenant is in."""
        found: dict[str, tuple[str, ...]] = {}
        if self.slack is not None:
            found[self.slack.channel.platform] = (self.slack.home_team,) if self.slack.home_team else ()
        if self.teams is not None:
            found[self.teams.channel.platform] = self.teams.tenants
        return found

    async def has_news(self) -> bool:
        """Whether the policy can be pinned further than it was; raises `Busy`."""
        if not self._are_groups_known:
            return True
        if self.slack is not None and await self.slack.has_news():
            return True
        return self.teams is not None and await self.teams.has_news()

    async def _with_groups(self, policy: Policy) -> Policy:
        sources, ids = policy.live_groups(), dict[str, str]()
        self._are_groups_known = True
        for platform in self.group_sources() if sources else ():
            try:
                ids |= await platform.pin_groups(sources)
            except PlacetError as error:
                _log.warning(
                    "Groups of the policy could not be looked up, it is tried again: %s", error.sentence
                )
                self._are_groups_known = False
        return policy.with_groups(ids)


def build_platforms(
    settings: Settings,
    approvals: Approvals,
    edits: Edits,
    directory: Callable[[], Directory],
    clock: Clock,
    *,
    conversations: ConversationBook,
    installations: InstallationBook,
    groups: GroupBook,
    signer: Signer,
    hears: Hears,
    threads: Threads,
) -> Platforms:
    """What is set up; raises `Misconfigured`."""
    slack: Slack | None = None
    teams: Teams | None = None
    if settings.slack is not None:
        # Bolt costs a second to import, and not everybody is on Slack.
        from adapters.slack.slack import build_slack

        slack = build_slack(
            settings.slack,
            approvals,
            edits,
            directory,
            clock,
            groups=groups,
            hears=hears,
            threads=threads,
            installations=installations if settings.slack.installs else None,
            signer=signer,
        )
    if settings.teams is not None:
        # What proves who speaks as Teams costs time to import too.
        from adapters.teams.teams import build_teams

        teams = build_teams(
            settings.teams,
            approvals,
            edits,
            directory,
            clock,
            conversations=conversations,
            groups=groups,
            hears=hears,
            threads=threads,
        )
    return Platforms(slack=slack, teams=teams)
