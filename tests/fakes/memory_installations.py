"""Installations in memory, as the database keeps them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain.errors import Busy
from bot.installations import Installation
from bot.ports import Clock


class MemoryInstallations:
    """`bot.installations.InstallationBook`."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._known: dict[str, Installation] = {}
        self._states: set[str] = set()
        self._changes = 0
        #: whether the database answers
        self.is_away = False
        #: why installations were revoked
        self.whys: list[str] = []

    async def keep(self, installation: Installation) -> None:
        self._answer()
        self._known[installation.tenant] = installation
        self._changes += 1

    async def revoke(self, tenant: str, token: str | None, why: str) -> bool:
        self._answer()
        known = self._known.get(tenant)
        if known is None or known.revoked or token not in (None, known.bot_token):
            return False
        self._known[tenant] = replace(known, bot_token="", revoked_at=self._clock())
        self._changes += 1
        self.whys.append(why)
        return True

    async def all(self) -> Sequence[Installation]:
        self._answer()
        return list(self._known.values())

    async def changed_at(self) -> int:
        self._answer()
        return self._changes

    async def use_state(self, state: str, until: datetime) -> bool:
        self._answer()
        is_new = state not in self._states
        self._states.add(state)
        return is_new

    def _answer(self) -> None:
        if self.is_away:
            raise Busy("The database does not answer; try again in a moment.")
