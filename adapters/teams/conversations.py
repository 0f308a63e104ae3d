"""Learns from what Teams sends where the bot may speak, and forgets it when the bot is removed.

learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/subscribe-to-conversation-events
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TypeAlias

from adapters.teams.addresses import without_thread
from adapters.teams.client import TeamsClient
from adapters.teams.http import TeamsRefused, TeamsUnavailable
from adapters.teams.payload import CONVERSATION_UPDATE, INSTALLATION_UPDATE, Activity, Named
from bot.chat.background import Background
from bot.conversations import CHANNEL, GROUP_CHAT, PERSONAL, Conversation, ConversationBook

#: Teams gives the first channel of a team no name, because every language has its own
GENERAL = "General"
MOST_REMEMBERED = 10_000
#: seconds between tries to learn a team's channels; after the last one the policy's next load tries again
WAITS = (1.0, 5.0, 15.0, 60.0)

Sleep: TypeAlias = Callable[[float], Awaitable[None]]

_TEAM_IS_GONE = ("teamDeleted", "teamHardDeleted")
_CHANNEL_IS_THERE = ("channelCreated", "channelRenamed", "channelRestored", "channelShared")
_CHANNEL_IS_GONE = ("channelDeleted", "channelUnshared")

_log = logging.getLogger(__name__)


class Conversations:
    """Keeps the book of conversations up to date."""

    def __init__(
        self,
        *,
        book: ConversationBook,
        client: TeamsClient,
        background: Background,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._book = book
        self._client = client
        self._background = background
        self._sleep = sleep
        self._known: OrderedDict[str, Conversation] = OrderedDict()

    async def of(self, activity: Activity) -> Conversation:
        """The conversation of an activity, kept from now on; raises `Busy`."""
        told = _told(activity)
        known = self._known.get(told.id) or await self._book.get(told.id)
        if known is None or known.service_url != told.service_url:
            await self._book.keep(told)
            known = await self._book.get(told.id) or told
        self._remember(known)
        return known

    async def update(self, activity: Activity) -> None:
        """What Teams tells of the bot, of teams and of their channels; raises `Busy`."""
        event = activity.channel_data.event_type if activity.channel_data else None
        team, channel = _team(activity), _channel(activity)
        if _is_removal(activity) or event in _TEAM_IS_GONE:
            await self._forget(team.id, activity.where)
        elif event in _CHANNEL_IS_GONE and channel.id:
            await self._forget(None, channel.id)
        elif event == "teamRenamed" and team.id and team.name:
            self._known.clear()
            await self._book.rename_team(team.id, team.name)
        elif event in _CHANNEL_IS_THERE and team.id and channel.id:
            await self._keep_channel(activity, channel)
        elif _is_arrival(activity):
            await self._arrive(activity)

    async def learn_channels(self, general: Conversation) -> None:
        """Ask Teams which channels the team has; raises `TeamsRefused`, `TeamsUnavailable` or `Busy`."""
        general = await self._named(general)
        channels = await self._client.team_channels(general.service_url, general.team)
        if await self._book.get(general.id) is None:
            return  # the app was removed meanwhile
        for told in channels:
            channel_id, name = told.get("id"), told.get("name")
            if not isinstance(channel_id, str) or not channel_id:
                continue
            await self._book.keep(
                Conversation(
                    id=without_thread(channel_id),
                    tenant=general.tenant,
                    kind=CHANNEL,
                    service_url=general.service_url,
                    team=general.team,
                    group=general.group,
                    team_name=general.team_name,
                    name=name if isinstance(name, str) and name else GENERAL,
                    installed_by=general.installed_by,
                )
            )

    async def _named(self, general: Conversation) -> Conversation:
        """With what Teams does not always tell of a team when the bot is added to it."""
        if general.team_name and general.group:
            return general
        told = await self._client.team(general.service_url, general.team)
        name, group = told.get("name"), told.get("aadGroupId")
        return replace(
            general,
            team_name=name if isinstance(name, str) and name else general.team_name,
            group=group if isinstance(group, str) and group else general.group,
        )

    async def _arrive(self, activity: Activity) -> None:
        told = _told(activity)
        await self._book.keep(told)
        self._known.pop(told.id, None)
        if told.kind == CHANNEL and told.team:
            self._background.start(self._learn_at_last(told))

    async def _keep_channel(self, activity: Activity, channel: Named) -> None:
        team = await self._book.get(_team(activity).id or "")
        told = _channel_of(activity, channel, team)
        self._known.pop(told.id, None)
        await self._book.keep(told)

    async def _forget(self, team: str | None, conversation: str) -> None:
        self._known.clear()
        await (self._book.forget_team(team) if team else self._book.forget(conversation))

    async def _learn_at_last(self, general: Conversation) -> None:
        for wait in (*WAITS, None):
            try:
                await self.learn_channels(general)
            except TeamsRefused as error:
                _log.warning("Teams does not tell the channels of %s: %s", general.team_name, error)
                return
            except TeamsUnavailable as error:
                _log.warning("The channels of %s could not be read: %s", general.team_name, error)
            else:
                return
            if wait is not None:
                await self._sleep(wait)

    def _remember(self, conversation: Conversation) -> None:
        self._known[conversation.id] = conversation
        self._known.move_to_end(conversation.id)
        if len(self._known) > MOST_REMEMBERED:
            self._known.popitem(last=False)


def _told(activity: Activity) -> Conversation:
    """What the activity itself says of its conversation."""
    kind = _kind(activity)
    if kind == CHANNEL:
        return _channel_of(activity, _channel(activity), None)
    return Conversation(
        id=activity.where,
        tenant=activity.tenant,
        kind=kind,
        service_url=activity.service_url,
        name=activity.conversation.name or "",
        account=(activity.sender.aad_object_id or "").lower() if kind == PERSONAL else "",
        installed_by=_installed_by(activity),
    )


def _channel_of(activity: Activity, channel: Named, known: Conversation | None) -> Conversation:
    """A channel of the activity's team; `known` is its team's, where that was heard of before."""
    team = _team(activity)
    channel_id = without_thread(channel.id or activity.where)
    name = channel.name or (GENERAL if channel_id == team.id else "")
    return Conversation(
        id=channel_id,
        tenant=activity.tenant,
        kind=CHANNEL,
        service_url=activity.service_url,
        team=team.id or "",
        group=team.aad_group_id or (known.group if known else ""),
        team_name=team.name or (known.team_name if known else ""),
        name=name,
        installed_by=_installed_by(activity),
    )


def _kind(activity: Activity) -> str:
    kind = activity.conversation.conversation_type
    if kind in (CHANNEL, GROUP_CHAT, PERSONAL):
        return kind
    return CHANNEL if _team(activity).id else PERSONAL


def _team(activity: Activity) -> Named:
    return (activity.channel_data and activity.channel_data.team) or Named()


def _channel(activity: Activity) -> Named:
    return (activity.channel_data and activity.channel_data.channel) or Named()


def _installed_by(activity: Activity) -> str:
    is_news = activity.type in (INSTALLATION_UPDATE, CONVERSATION_UPDATE)
    return (activity.sender.aad_object_id or "").lower() if is_news and _is_arrival(activity) else ""


def _is_arrival(activity: Activity) -> bool:
    if activity.type == INSTALLATION_UPDATE:
        return (activity.action or "").startswith("add")
    return any(member.id == activity.bot for member in activity.members_added or ())


def _is_removal(activity: Activity) -> bool:
    if activity.type == INSTALLATION_UPDATE:
        return (activity.action or "").startswith("remove")
    return any(member.id == activity.bot for member in activity.members_removed or ())
