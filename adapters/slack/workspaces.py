"""Every workspace that Placet is in: the home of the bot token, and those that installed the app."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from functools import partial

from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from adapters.slack.branch import Branch
from adapters.slack.client import Refused, SlackClient, Unreachable
from bot.domain.errors import Forbidden, PlacetError
from bot.installations import Installation, InstallationBook
from bot.ports import GiveUp

#: pages of an organisation's workspaces, a hundred each
MOST_PAGES = 50

_log = logging.getLogger(__name__)


class NotConnected(PlacetError):
    """Placet is not connected to its workspace yet; try again in a moment."""

    code = "not_connected"


class Workspaces:
    """Finds the branch that something comes through or goes to.

    What is stored is the truth: it is read again when it has changed, by this process or another one.
    """

    def __init__(
        self,
        *,
        home: Branch,
        has_home: bool,
        book: InstallationBook | None,
        build: Callable[[Installation], Branch] | None,
    ) -> None:
        """`has_home`: whether there is a bot token in the settings; without a book nothing is installed."""
        self._home = home
        self._has_home = has_home
        self._book = book
        self._build = build
        self._installed: dict[str, Branch] = {}
        #: those whose token was taken back, by the name people know them by
        self._removed: dict[str, str] = {}
        self._tokens: dict[str, str] = {}
        self._retired: list[Branch] = []
        self._seen = -1
        self._loading = asyncio.Lock()

    @property
    def are_known(self) -> bool:
        """Whether it is known whose the bot token is, if there is one."""
        return not self._has_home or self._home.workspace.is_known

    @property
    def generation(self) -> int:
        """Grows whenever other workspaces are known than before."""
        return self._seen

    async def load(self) -> None:
        """Learn of what was installed or removed since; raises `Busy`."""
        if self._book is None or self._build is None:
            return
        # One after another, so that what was read first is not taken last.
        async with self._loading:
            changed_at = await self._book.changed_at()
            if changed_at == self._seen:
                return
            self._take(await self._book.all(), self._build)
            for branch in self._installed.values():
                await _learn_teams(branch)
            self._seen = changed_at

    async def inbound(self, app_id: str, tenants: Sequence[str]) -> Branch:
        """The branch through which something came; raises `Forbidden`, `NotConnected` or `Busy`."""
        branch = self._find(tenants)
        if branch is None:
            await self.load()
            branch = self._find(tenants)
        if branch is None:
            if not self.are_known:
                raise NotConnected
            raise Forbidden("This comes through a workspace that Placet is not connected to.")
        known = branch.workspace.app_id
        if known and app_id != known:
            raise Forbidden("This is addressed to another Slack app.")
        return branch

    async def outbound(self, team: str | None, destination: str) -> Branch | GiveUp:
        """The branch for what goes to a workspace, None for the home; raises `Busy`."""
        found = self._to(team)
        if found is None and team is not None:
            await self.load()
            found = self._to(team)
        if found is not None:
            return found
        return GiveUp(why=self._lacking(team, destination))

    def branches(self) -> Iterator[Branch]:
        """All that are connected, the home first."""
        if self._has_home and self._home.workspace.is_known:
            yield self._home
        yield from self._installed.values()

    async def close(self) -> None:
        """Close all connections."""
        for branch in (self._home, *self._installed.values(), *self._retired):
            await branch.client.close()

    def _find(self, tenants: Iterable[str]) -> Branch | None:
        for tenant in tenants:
            if self._home.workspace.is_known and tenant == self._home.workspace.team_id:
                return self._home
            if tenant in self._installed:
                return self._installed[tenant]
        return None

    def _to(self, team: str | None) -> Branch | None:
        if team is None:
            return self._home if self._has_home else None
        found = self._find((team,)) or self._organisation_of(team)
        # Whose home it is may not be known yet; then that branch says so itself.
        waits = not self.are_known and team not in self._removed
        return self._home if found is None and waits else found

    def _organisation_of(self, team: str) -> Branch | None:
        return next((each for each in self._installed.values() if each.workspace.covers(team)), None)

    def _take(self, installations: Sequence[Installation], build: Callable[[Installation], Branch]) -> None:
        self._removed = {each.tenant: each.name for each in installations if each.revoked}
        alive = {each.tenant: each for each in installations if not each.revoked}
        for tenant in [*self._installed]:
            if tenant not in alive or alive[tenant].bot_token != self._tokens[tenant]:
                self._retired.append(self._installed.pop(tenant))
        for tenant, installation in alive.items():
            if tenant not in self._installed:
                self._installed[tenant] = build(installation)
                self._tokens[tenant] = installation.bot_token

    def _lacking(self, team: str | None, destination: str) -> str:
        if team is None:
            return (
                f"{destination} names no workspace, and there is no PLACET_SLACK_BOT_TOKEN; put the workspace"
                " in front of it in the policy, such as slack:T0123/C0123."
            )
        if team in self._removed:
            name = self._removed[team] or team
            return (
                f"The app was removed from the workspace {name}, so {destination} cannot be reached;"
                " install it there again, or correct the policy."
            )
        return (
            f"{destination} is in a workspace that has not installed the app; install it there, or correct"
            " the policy."
        )


async def _learn_teams(branch: Branch) -> None:
    """Which workspaces an organisation consists of (docs.slack.dev/reference/methods/auth.teams.list)."""
    workspace = branch.workspace
    if not workspace.team_id.startswith("E"):
        return
    try:
        workspace.teams = frozenset([team async for team in _teams(branch.client)])
    except (Refused, Unreachable) as error:
        _log.warning("Slack does not tell the workspaces of %s: %s", workspace.team_id, error)


async def _teams(client: SlackClient) -> AsyncIterator[str]:
    cursor = ""
    for _ in range(MOST_PAGES):
        told = await client.ask(partial(_ask_teams, cursor=cursor or None))
        for each in told.get("teams") or ():
            yield str(each.get("id"))
        cursor = (told.get("response_metadata") or {}).get("next_cursor") or ""
        if not cursor:
            return


async def _ask_teams(web: AsyncWebClient, cursor: str | None) -> AsyncSlackResponse:
    return await web.auth_teams_list(cursor=cursor, limit=100)
