"""User groups of Slack: who is in them now, and which one a handle means.

docs.slack.dev/reference/methods/usergroups.users.list, docs.slack.dev/reference/methods/usergroups.list
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from adapters.slack.client import Refused, SlackClient, Unreachable
from adapters.slack.errors import BROKEN, IN_DOUBT, SlackUnavailable
from adapters.slack.names import PLATFORM
from adapters.slack.workspace import Workspace
from bot.domain.directory import Identity
from bot.groups import GroupBook, NobodyThere, NotNow, Read, Roster

_SOURCE = re.compile(r"slack:(?:(?P<team>[TE][A-Z0-9]+)/)?(?:(?P<id>S[A-Z0-9]+)|@(?P<handle>\S+))\Z")
_USER = re.compile(r"[UW][A-Z0-9]+\Z")

_GONE = "Slack knows no such user group, or it is disabled; enable it, or correct the policy."
_NO_GROUPS = "The workspace's plan has no user groups; list the people under members instead."
#: nobody can be read until somebody acts
_HOPELESS = {
    "missing_scope": "The bot may not read user groups; update the app from the manifest (usergroups:read)"
    " and install it again.",
    "no_such_subteam": _GONE,
    "subteam_not_found": _GONE,
    "paid_teams_only": _NO_GROUPS,
    "plan_upgrade_required": _NO_GROUPS,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A user group as the policy names it: by its id or by its handle."""

    #: empty for the home workspace
    team: str
    id: str
    handle: str


def read_source(source: str) -> Named | None:
    """None for what names no user group."""
    found = _SOURCE.match(source)
    if found is None:
        return None
    return Named(team=found["team"] or "", id=found["id"] or "", handle=(found["handle"] or "").lower())


@dataclass(slots=True, kw_only=True)
class UserGroups:
    """The user groups of one workspace, or of one organisation."""

    client: SlackClient
    workspace: Workspace
    #: where what was read is kept
    book: GroupBook
    #: handles that were found once, by which they are known from then on; by workspace
    _ids: dict[tuple[str, str], str] = field(default_factory=dict)

    async def pin(self, wanted: Iterable[Named]) -> Mapping[Named, str]:
        """Groups to `slack:T01/S01`, as far as they are known; raises `SlackUnavailable`."""
        wanted = list(wanted)
        for team in {self._team(named) for named in wanted if named.handle}:
            try:
                await self._learn_handles(team)
            except Refused as error:
                if error.code not in _HOPELESS:
                    raise SlackUnavailable(f"Slack does not list its user groups: {error.code}.") from error
            except Unreachable as error:
                raise SlackUnavailable(str(error)) from error
        found = ((named, named.id or self._known(named)) for named in wanted)
        return {named: f"{PLATFORM}:{self._team(named)}/{group}" for named, group in found if group}

    async def read(self, named: Named) -> Read:
        """Who is in a user group; whoever is deactivated is in none."""
        team = self._team(named)
        try:
            group = named.id or self._known(named)
            if not group:
                await self._learn_handles(team)
                group = self._known(named)
            if not group:
                return NobodyThere(why=f"Slack knows no user group @{named.handle}; create it there.")
            answer = await self.client.ask(
                lambda web: web.usergroups_users_list(usergroup=group, team_id=self._meant(team))
            )
        except Unreachable as error:
            return NotNow(why=str(error))
        except Refused as error:
            return _refused(error)
        return _roster(answer.get("users"), team)

    async def changed(self, group: str) -> None:
        """People joined or left a user group, or it was switched off; raises `Busy`."""
        teams = sorted({self.workspace.team_id, *self.workspace.teams})
        sources = [f"{PLATFORM}:{team}/{group}" for team in teams]
        await self.book.distrust([*sources, f"{PLATFORM}:{group}"] if self.workspace.is_home else sources)

    def _team(self, named: Named) -> str:
        return named.team or self.workspace.team_id

    def _known(self, named: Named) -> str:
        return self._ids.get((self._team(named), named.handle), "")

    def _meant(self, team: str) -> str | None:
        """An organisation's token has to say which of its workspaces it means."""
        return team if self.workspace.team_id.startswith("E") else None

    async def _learn_handles(self, team: str) -> None:
        """What is known stays: a handle that somebody takes over later gives them nothing."""
        answer = await self.client.ask(lambda web: web.usergroups_list(team_id=self._meant(team)))
        groups = answer.get("usergroups")
        for group in groups if isinstance(groups, list) else ():
            handle, group_id = str(group.get("handle") or "").lower(), str(group.get("id") or "")
            if handle and group_id and not group.get("date_delete"):
                self._ids.setdefault((team, handle), group_id)


def _roster(users: Any, team: str) -> Read:
    if not isinstance(users, list):
        return NotNow(why="What Slack answered names no users.")
    ids = dict.fromkeys(user for user in users if isinstance(user, str) and _USER.match(user))
    return Roster(accounts=tuple(Identity(platform=PLATFORM, user=user, tenant=team) for user in ids))


def _refused(error: Refused) -> Read:
    why = _HOPELESS.get(error.code) or BROKEN.get(error.code)
    if why is not None:
        return NobodyThere(why=why)
    if error.retry_after is not None or error.code in IN_DOUBT:
        return NotNow(why=f"Slack answered {error.code}.", after=error.retry_after)
    return NobodyThere(why=f"Slack refuses to tell ({error.code}); correct the group in the policy.")
