"""Secrets that are replaced without a restart: the settings are read again, and what changed is taken up.

Every secret has an overlap of its own, so that nothing is refused in between: Slack's signing secret and
PLACET_SECRET_KEY are lists, Entra knows several client secrets, and a token is only taken when it works.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeAlias

from bot.bell import Bell
from bot.domain.errors import PlacetError
from bot.loop import Loop
from bot.settings import PREFIX, Settings, SettingsError, load_settings

#: what is taken up while Placet runs; the key of what is stored first
SECRETS = (
    "secret_key",
    "slack_signing_secret",
    "slack_bot_token",
    "slack_app_token",
    "slack_client_secret",
    "teams_app_password",
)

#: takes up one setting; raises `PlacetError` with the reason when it does not, and the old one holds
Take: TypeAlias = Callable[[str, Settings], Awaitable[None]]

_log = logging.getLogger(__name__)


class Reloading:
    """Follows the settings of one process. No value of a secret is ever logged."""

    def __init__(
        self, settings: Settings, take: Take, *, load: Callable[[], Settings] = load_settings
    ) -> None:
        self._held = settings
        self._take = take
        self._load = load
        self._one_at_a_time = asyncio.Lock()

    async def whenever(self, told: asyncio.Event) -> None:
        """Read them again each time this is set, until cancelled; what fails is tried until it works."""

        async def step() -> timedelta:
            await told.wait()
            told.clear()
            try:
                await self.reload()
            except BaseException:  # it is still to be done
                told.set()
                raise
            return timedelta(0)

        await Loop(doing="reading the settings again", step=step, bell=Bell()).run()

    async def reload(self) -> bool:
        """Read the settings again; whether everything that changed could be taken up."""
        async with self._one_at_a_time:
            try:
                found = await asyncio.to_thread(self._load)
            except SettingsError as error:
                for problem in error.problems:
                    _log.error("The settings that were read again are wrong, the old ones hold: %s", problem)
                return False
            return await self._follow(found)

    async def _follow(self, found: Settings) -> bool:
        changed = [
            name for name in Settings.model_fields if getattr(found, name) != getattr(self._held, name)
        ]
        if not changed:
            _log.info("The settings were read again; nothing changed.")
        taken = [await self._renewed(name, found) for name in SECRETS if name in changed]
        rest = [f"{PREFIX}{name.upper()}" for name in changed if name not in SECRETS]
        if rest:
            _log.warning("Changed, but taken up by a restart only: %s.", ", ".join(rest))
        return all(taken) and not rest

    async def _renewed(self, name: str, found: Settings) -> bool:
        try:
            await self._take(name, found)
        except PlacetError as error:
            _log.error("%s%s was not taken up, the old one holds: %s", PREFIX, name.upper(), error.sentence)
            return False
        self._held = self._held.model_copy(update={name: getattr(found, name)})
        _log.info("%s%s was taken up.", PREFIX, name.upper())
        return True
