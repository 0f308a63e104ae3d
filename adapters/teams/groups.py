"""Teams as groups: whoever is in a team, or in one of its channels, as its roster tells now."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from adapters.teams.client import TeamsClient
from adapters.teams.conversations import GENERAL
from adapters.teams.http import TeamsRefused, TeamsUnavailable
from adapters.teams.names import PLATFORM
from adapters.teams.payload import Activity
from bot.conversations import CHANNEL, Conversation, ConversationBook
from bot.domain.directory import Identity
from bot.domain.errors import Busy
from bot.groups import GroupBook, NobodyThere, NotNow, Read, Roster

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.ASCII)
#: how ids of conversations begin
_BY_ID = "19:"
#: statuses that mean "not for this bot", rather than "not now"
_CLOSED = (0, 400, 403, 404)


@dataclass(slots=True, kw_only=True)
class TeamRosters:
    """`bot.groups.GroupSource` of the teams that the bot was added to."""

    client: TeamsClient
    book: ConversationBook
    #: the tenants that are let in; empty for any
    tenants: Sequence[str]
    #: where what was read is kept
    groups: GroupBook

    platform = PLATFORM

    async def pin_groups(self, sources: Iterable[str]) -> Mapping[str, str]:
        """`teams:Legal`, `teams:Legal/Contracts` and `teams:<group id>` to `teams:19:…`; raises `Busy`."""
        pinned = {}
        for source in sources:
            if source.startswith(f"{PLATFORM}:"):
                found = await self._find(source)
                if len(found) == 1:
                    pinned[source] = f"{PLATFORM}:{found[0].id}"
        return pinned

    async def read_group(self, source: str) -> Read:
        """Who is in a team; of a private or shared channel, who is in the channel."""
        try:
            found = await self._find(source)
        except Busy as error:
            return NotNow(why=error.sentence)
        if len(found) != 1:
            return NobodyThere(why=_nowhere(source, len(found)))
        where = found[0]
        try:
            members = await self.client.members(where.service_url, where.id)
        except TeamsUnavailable as error:
            return NotNow(why=str(error))
        except TeamsRefused as error:
            return _refused(error, where)
        return Roster(accounts=tuple(dict.fromkeys(_accounts(members, where.tenant))))

    async def changed(self, activity: Activity) -> None:
        """People joined or left a team or a channel, or the bot did; raises `Busy`."""
        if not (activity.members_added or activity.members_removed or activity.action):
            return
        data = activity.channel_data
        named = (data.team, data.channel) if data else ()
        ids = dict.fromkeys((*(each.id for each in named if each), activity.where))
        await self.groups.distrust([f"{PLATFORM}:{each}" for each in ids if each])

    async def _find(self, source: str) -> list[Conversation]:
        """The conversation whose roster it is; several where a name is not one team's alone."""
        team, _, channel = source.removeprefix(f"{PLATFORM}:").partition("/")
        if team.startswith(_BY_ID) or channel.startswith(_BY_ID):
            known = await self.book.get(channel or team)
            found: Iterable[Conversation] = [known] if known and _is_of(known, team) else []
        elif _UUID.fullmatch(team.lower()):
            found = _one_of(await self.book.in_group(team.lower()), channel)
        else:
            found = await self.book.named(team, channel or GENERAL)
        return [each for each in found if not self.tenants or each.tenant in self.tenants]


def _one_of(channels: Iterable[Conversation], name: str) -> list[Conversation]:
    """The channel of this name; without one, the team's own, which has the team's id."""
    if name:
        return [each for each in channels if each.name.casefold() == name.casefold()]
    return [each for each in channels if each.id == each.team]


def _is_of(conversation: Conversation, team: str) -> bool:
    is_own = team in (conversation.id, conversation.team)
    return conversation.kind == CHANNEL and (is_own or team.lower() == conversation.group.lower())


def _accounts(members: Iterable[Mapping[str, Any]], tenant: str) -> Iterable[Identity]:
    for member in members:
        user = member.get("aadObjectId") or member.get("objectId")
        home = member.get("tenantId") or tenant
        if isinstance(user, str) and user and isinstance(home, str):
            yield Identity(platform=PLATFORM, user=user.lower(), tenant=home.lower())


def _refused(error: TeamsRefused, where: Conversation) -> Read:
    if error.retry_after is not None or error.status not in _CLOSED:
        return NotNow(why=f"Teams answered {error}.", after=error.retry_after)
    return NobodyThere(
        why=f"Teams does not tell who is in {where.team_name or where.id} ({error}); add the app to the team."
    )


def _nowhere(source: str, candidates: int) -> str:
    name = source.removeprefix(f"{PLATFORM}:")
    if candidates:
        return f"Several teams are called {name}; write the team's group id in the policy."
    return f"Placet is in no team {name}; add the app to it in Teams."
