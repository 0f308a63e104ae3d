"""Who pressed: an account by its Entra tenant and object id, with what Teams vouches for."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from adapters.teams.client import TeamsClient
from adapters.teams.http import TeamsRefused, TeamsUnavailable
from adapters.teams.names import PLATFORM
from adapters.teams.payload import Account, Activity, Malformed
from bot.domain.directory import Identity
from bot.domain.moves import Presser
from bot.ports import Clock

#: how long what Teams said about an account holds
FRESH = timedelta(minutes=10)
#: how long it is not asked again about an account it did not tell us about
UNTOLD = timedelta(seconds=30)
#: a press does not wait longer for this; the policy decides by ids alone
PATIENCE = timedelta(milliseconds=700)
MOST_ACCOUNTS = 10_000

#: how ids of bots begin in Teams
_BOT = "28:"
#: stands in the name of an account that is a guest's
_EXTERNAL = "#ext#"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Account:
    name: str = ""
    is_guest: bool = False
    #: the home of the account, empty where Teams did not tell
    tenant: str = ""
    #: in Entra, empty where Teams did not tell
    object_id: str = ""
    until: datetime


class Accounts:
    """Asks Teams about accounts, and remembers for a while."""

    def __init__(self, *, client: TeamsClient, clock: Clock) -> None:
        self._client = client
        self._clock = clock
        self._known: OrderedDict[tuple[str, str], _Account] = OrderedDict()

    def identity(self, activity: Activity) -> Identity:
        """The account by its ids; raises `Malformed` when Teams does not tell them."""
        user, tenant = activity.sender.aad_object_id, activity.tenant
        if not user or not tenant:
            raise Malformed(
                "Teams does not say whose press this is, so nothing was recorded; "
                "only people with an account in Microsoft Entra can decide."
            )
        return Identity(platform=PLATFORM, user=user.lower(), tenant=tenant)

    async def presser(self, activity: Activity) -> Presser:
        """The account behind a press; raises `Malformed`, as above or for somebody else's object id."""
        identity, sender = self.identity(activity), activity.sender
        account = await self._account(activity)
        if account.object_id not in ("", identity.user):
            raise Malformed(
                "Teams names one account for this press and another in its list of members, "
                "so nothing was recorded; press again, and tell your administrator when it stays so."
            )
        home = account.tenant or activity.tenant
        return Presser(
            identity=replace(identity, tenant=home),
            name=account.name or sender.name or "",
            is_bot=sender.role == "bot" or sender.id.startswith(_BOT),
            is_guest=account.is_guest,
            is_outside=home != activity.tenant,
        )

    async def mentioned(self, activity: Activity, account: Account) -> Identity | None:
        """The account that a message mentions; None where Teams does not tell whose it is."""
        object_id, tenant = account.aad_object_id, activity.tenant
        if not object_id:
            try:
                async with asyncio.timeout(PATIENCE.total_seconds()):
                    told = await self._client.member(activity.service_url, activity.where, account.id)
            except (TeamsRefused, TeamsUnavailable, TimeoutError):
                return None
            object_id = str(told.get("aadObjectId") or told.get("objectId") or "")
            tenant = str(told.get("tenantId") or tenant).lower()
        if not object_id:
            return None
        return Identity(platform=PLATFORM, user=object_id.lower(), tenant=tenant)

    async def _account(self, activity: Activity) -> _Account:
        key = (activity.tenant, activity.sender.id)
        known = self._known.get(key)
        # Further ahead than it can be: the clock was set back.
        if known is not None and timedelta(0) < known.until - self._clock() <= FRESH:
            return known
        told = await self._ask(activity, known)
        self._known[key] = told
        self._known.move_to_end(key)
        if len(self._known) > MOST_ACCOUNTS:
            self._known.popitem(last=False)
        return told

    async def _ask(self, activity: Activity, known: _Account | None) -> _Account:
        try:
            async with asyncio.timeout(PATIENCE.total_seconds()):
                told = await self._client.member(activity.service_url, activity.where, activity.sender.id)
        except (TeamsRefused, TeamsUnavailable, TimeoutError):
            # What was known stays true for longer than nothing at all.
            stale = known or _Account(until=self._clock())
            return replace(stale, until=self._clock() + UNTOLD)
        return _read(told, self._clock() + FRESH)


def _read(member: Mapping[str, Any], until: datetime) -> _Account:
    account = str(member.get("userPrincipalName") or "").lower()
    return _Account(
        name=str(member.get("name") or ""),
        is_guest=str(member.get("userRole") or "").lower() == "guest" or _EXTERNAL in account,
        tenant=str(member.get("tenantId") or "").lower(),
        object_id=str(member.get("aadObjectId") or member.get("objectId") or "").lower(),
        until=until,
    )
