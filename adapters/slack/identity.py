"""Who pressed: a Slack account by its ids, with what Slack vouches for."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from adapters.slack.client import Refused, SlackClient, Unreachable
from adapters.slack.names import PLATFORM
from adapters.slack.payload import Event, Interaction, Malformed
from adapters.slack.workspace import Workspace
from bot.chat.listening import Speaker
from bot.domain.directory import Identity
from bot.domain.moves import Presser
from bot.ports import Clock

#: how long what Slack said about an account holds
FRESH = timedelta(minutes=10)
#: how long it is not asked again about an account it did not tell us about
UNTOLD = timedelta(seconds=30)
#: a press does not wait longer for this; the policy decides by ids alone
PATIENCE = timedelta(milliseconds=700)
MOST_ACCOUNTS = 10_000

_SLACKBOT = "USLACKBOT"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Account:
    name: str = ""
    is_bot: bool = False
    is_guest: bool = False
    is_outside: bool = False
    is_deactivated: bool = False
    #: IANA time zone
    zone: str | None = None
    until: datetime


class Accounts:
    """Asks Slack about accounts, and remembers for a while."""

    def __init__(self, *, client: SlackClient, workspace: Workspace, clock: Clock) -> None:
        self._client = client
        self._workspace = workspace
        self._clock = clock
        self._known: OrderedDict[str, _Account] = OrderedDict()

    def identity(self, interaction: Interaction) -> Identity:
        """The account by its ids; raises `Malformed` when Slack names no home for it."""
        team = interaction.home_team
        if not team or not interaction.user.id:
            raise Malformed("Slack does not say whose press this is; nothing was recorded.")
        return Identity(platform=PLATFORM, user=interaction.user.id, tenant=team)

    async def presser(self, interaction: Interaction) -> Presser:
        """The account behind a press; raises `Malformed`, as above."""
        identity, user = self.identity(interaction), interaction.user
        account = await self._account(user.id)
        return Presser(
            identity=identity,
            name=account.name or user.name or user.username,
            is_bot=user.is_bot or account.is_bot or user.id in (_SLACKBOT, self._workspace.bot_user),
            is_guest=account.is_guest,
            is_deactivated=account.is_deactivated,
            is_outside=account.is_outside or not self._workspace.covers(identity.tenant),
        )

    async def speaker(self, event: Event, installed: str) -> Speaker:
        """The account behind a message; `installed` is the workspace through which it came."""
        user = event.user or ""
        team = event.user_team or event.source_team or event.team or installed
        account = await self._account(user)
        presser = Presser(
            identity=Identity(platform=PLATFORM, user=user, tenant=team),
            name=account.name,
            is_bot=account.is_bot or user in (_SLACKBOT, self._workspace.bot_user),
            is_guest=account.is_guest,
            is_deactivated=account.is_deactivated,
            is_outside=account.is_outside or not self._workspace.covers(team),
        )
        return Speaker(presser=presser, zone=account.zone)

    async def _account(self, user: str) -> _Account:
        known = self._known.get(user)
        # Further ahead than it can be: the clock was set back.
        if known is not None and timedelta(0) < known.until - self._clock() <= FRESH:
            return known
        told = await self._ask(user)
        self._known[user] = told
        self._known.move_to_end(user)
        if len(self._known) > MOST_ACCOUNTS:
            self._known.popitem(last=False)
        return told

    async def _ask(self, user: str) -> _Account:
        try:
            async with asyncio.timeout(PATIENCE.total_seconds()):
                answer = await self._client.ask(lambda web: web.users_info(user=user))
        except (Refused, Unreachable, TimeoutError):
            # What was known stays true for longer than nothing at all.
            stale = self._known.get(user) or _Account(until=self._clock())
            return replace(stale, until=self._clock() + UNTOLD)
        return _read(answer.get("user") or {}, self._clock() + FRESH)


def _read(user: Mapping[str, Any], until: datetime) -> _Account:
    profile = user.get("profile") or {}
    return _Account(
        name=str(profile.get("display_name") or user.get("real_name") or user.get("name") or ""),
        is_bot=bool(user.get("is_bot")) or bool(user.get("is_workflow_bot")),
        is_guest=bool(user.get("is_restricted")) or bool(user.get("is_ultra_restricted")),
        is_outside=bool(user.get("is_stranger")),
        is_deactivated=bool(user.get("deleted")),
        zone=str(user.get("tz") or "") or None,
        until=until,
    )
