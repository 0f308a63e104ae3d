"""Workspaces that installed the Slack app: each has a bot token of its own, which opens that workspace alone.

An installation decides nothing: who may decide, and where cards go, is in the policy.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """One workspace (`T…`), or an Enterprise Grid organisation that installed for all of its own (`E…`)."""

    tenant: str
    #: the organisation that a workspace belongs to, empty for most
    enterprise: str = ""
    #: as people call it
    name: str = ""
    bot_token: str = field(repr=False)
    #: the account that posts for us
    bot_user: str = ""
    bot_id: str = ""
    app_id: str = ""
    scopes: tuple[str, ...] = ()
    #: the Slack account of whoever installed it
    installed_by: str = ""
    installed_at: datetime
    #: since when its token is not used any more; the token is empty then
    revoked_at: datetime | None = None

    @property
    def revoked(self) -> bool:
        """Whether the app was removed there."""
        return self.revoked_at is not None


class InstallationBook(Protocol):
    """Where installations are kept. Writes commit before they return; raises `Busy` when that cannot be."""

    async def keep(self, installation: Installation) -> None:
        """Remember a new installation, or the new token of one; what waited for it is sent again."""

    async def revoke(self, tenant: str, token: str | None, why: str) -> bool:
        """Forget the token of a workspace, and give up what was to be sent there; whether it had one.

        With a token, nothing happens when the workspace has another one by now.
        """

    async def all(self) -> Sequence[Installation]:
        """Every installation that there was, revoked ones too."""

    async def changed_at(self) -> int:
        """A number that grows with every change, so that other processes notice."""

    async def use_state(self, state: str, until: datetime) -> bool:
        """Use up what a browser brings back from Slack; False when it was used before.

        It is remembered until the given time, after which it is worth nothing anyway.
        """
