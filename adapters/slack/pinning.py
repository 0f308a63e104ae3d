"""Names of channels in every workspace, turned into ids as far as that is possible now."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Mapping

from adapters.slack.addresses import team_of
from adapters.slack.branch import Branch
from adapters.slack.errors import SlackUnavailable
from adapters.slack.names import PLATFORM
from adapters.slack.workspaces import Workspaces
from bot.ports import GiveUp

_log = logging.getLogger(__name__)


class Pinning:
    """Asks each workspace about its own channels; one that cannot be asked holds up no other."""

    def __init__(self, workspaces: Workspaces) -> None:
        self._workspaces = workspaces
        self._generation = -1
        self._is_complete = False

    async def pin(self, names: Iterable[str]) -> dict[str, str]:
        """Destinations as written, to destinations by id; what is not known is left out. Raises `Busy`."""
        await self._workspaces.load()
        self._generation, self._is_complete = self._workspaces.generation, self._workspaces.are_known
        ours = [name for name in names if name.startswith(f"{PLATFORM}:")]
        branches = tuple(self._workspaces.branches())
        found = await asyncio.gather(*(self._asked(branch, ours) for branch in branches))
        return {name: pinned for each in found for name, pinned in each.items()}

    async def name_of(self, destination: str) -> str:
        """A channel as people read it, empty where Slack does not tell; raises `Busy`."""
        branch = await self._workspaces.outbound(team_of(destination), destination)
        return "" if isinstance(branch, GiveUp) else await branch.pins.name_of(destination)

    async def has_news(self) -> bool:
        """Whether something may be pinned now that could not before; raises `Busy`."""
        await self._workspaces.load()
        return not self._is_complete or self._generation != self._workspaces.generation

    async def _asked(self, branch: Branch, names: list[str]) -> Mapping[str, str]:
        here = [name for name in names if _is_in(branch, name)]
        try:
            return await branch.pins.pin(here)
        except SlackUnavailable as error:
            _log.warning(
                "Channels of the policy could not be looked up, it is tried again: %s", error.sentence
            )
            self._is_complete = False
            return {}


def _is_in(branch: Branch, name: str) -> bool:
    team = team_of(name)
    return branch.workspace.is_home if team is None else branch.workspace.covers(team)
