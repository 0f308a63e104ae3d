"""Finds out whose token it is. An outage of Slack does not keep Placet from starting; it is asked again."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from adapters.slack.client import Refused, SlackClient, Unreachable
from adapters.slack.errors import BROKEN, is_broken
from adapters.slack.workspace import Workspace
from bot.domain.errors import Misconfigured

#: seconds between tries; the last one repeats
WAITS = (1.0, 2.0, 5.0, 15.0, 30.0)

_log = logging.getLogger(__name__)


class Connecting:
    """Fills in the workspace."""

    def __init__(self, client: SlackClient, workspace: Workspace, waits: tuple[float, ...] = WAITS) -> None:
        self._client = client
        self._workspace = workspace
        self._waits = waits

    async def once(self) -> bool:
        """Ask; False when Slack cannot be reached now. Raises `Misconfigured` when it refuses the token."""
        try:
            told = await self._client.ask(lambda web: web.auth_test())
        except (Refused, Unreachable) as error:
            if is_broken(error):
                raise Misconfigured(BROKEN[str(error)]) from error
            _log.warning("Slack cannot be reached, it is asked again: %s", error)
            return False
        workspace = self._workspace
        workspace.bot_user, workspace.bot_id = str(told.get("user_id") or ""), str(told.get("bot_id") or "")
        workspace.app_id = await self._app_id()
        # Last, since from here on the door is open.
        workspace.team_id = str(told.get("team_id") or "")
        return workspace.is_known

    async def until_known(self, then: Callable[[], Awaitable[None]] | None = None) -> None:
        """Ask until Slack answers; then call `then`."""
        tried = 0
        while True:
            await asyncio.sleep(self._waits[min(tried, len(self._waits) - 1)])
            tried += 1
            try:
                if await self.once():
                    break
            except Misconfigured as error:
                _log.error("Nothing reaches Slack: %s", error.sentence)
        _log.info("Connected to the Slack workspace %s.", self._workspace.team_id)
        if then is not None:
            await then()

    async def _app_id(self) -> str:
        """Empty when Slack does not tell; what comes in is signed all the same."""
        try:
            told = await self._client.ask(lambda web: web.bots_info(bot=self._workspace.bot_id))
        except (Refused, Unreachable) as error:
            _log.info("Slack does not tell the app's id: %s", error)
            return ""
        return str((told.get("bot") or {}).get("app_id") or "")
