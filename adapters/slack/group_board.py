"""User groups in however many workspaces: each is asked about through its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from adapters.slack.groups import Named, read_source
from adapters.slack.names import PLATFORM
from adapters.slack.workspaces import Workspaces
from bot.domain.errors import Busy
from bot.groups import NobodyThere, NotNow, Read
from bot.ports import GiveUp


class GroupBoard:
    """`bot.groups.GroupSource` over every workspace; a group that names none is in the home."""

    platform = PLATFORM

    def __init__(self, workspaces: Workspaces) -> None:
        self._workspaces = workspaces

    async def pin_groups(self, sources: Iterable[str]) -> Mapping[str, str]:
        """`slack:@legal` and `slack:S01` to `slack:T01/S01`; raises `SlackUnavailable` or `Busy`."""
        named = {source: found for source in sources if (found := read_source(source))}
        pinned: dict[Named, str] = {}
        for branch in self._workspaces.branches():
            here = branch.workspace
            pinned |= await branch.groups.pin(
                each for each in named.values() if (here.covers(each.team) if each.team else here.is_home)
            )
        return {source: pinned[each] for source, each in named.items() if each in pinned}

    async def read_group(self, source: str) -> Read:
        """Who is in it now."""
        named = read_source(source)
        if named is None:
            return NobodyThere(why=f"{source} is no user group of Slack; correct the policy.")
        try:
            branch = await self._workspaces.outbound(named.team or None, source)
        except Busy as error:
            return NotNow(why=error.sentence)
        if isinstance(branch, GiveUp):
            return NobodyThere(why=branch.why)
        if not branch.workspace.is_known:
            return NotNow(why="Slack has not answered since Placet was started.")
        if named.team and not branch.workspace.covers(named.team):
            return NobodyThere(why=f"Placet is not connected to the workspace {named.team}.")
        return await branch.groups.read(named)
