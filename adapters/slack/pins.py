"""Names of channels, turned into Slack's ids, so that a renamed channel still gets its cards."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from datetime import timedelta
from typing import Any, TypeAlias

from adapters.slack.addresses import read_destination, read_name, write_destination
from adapters.slack.client import Refused, SlackClient, Unreachable
from adapters.slack.errors import SlackUnavailable, fate
from adapters.slack.names import PLATFORM
from adapters.slack.workspace import Workspace

PAGE = 500
#: a workspace with more channels than this many pages names its channels by id
MOST_PAGES = 100
#: Slack asks to wait about as long between pages when there are many
LONGEST_PAUSE = timedelta(seconds=60)
#: whoever spoke does not wait longer for the name of a channel
PATIENCE = timedelta(milliseconds=700)

Sleep: TypeAlias = Callable[[float], Awaitable[None]]

_log = logging.getLogger(__name__)


class Pins:
    """Looks names up by `conversations.list`."""

    def __init__(self, client: SlackClient, workspace: Workspace, sleep: Sleep = asyncio.sleep) -> None:
        self._client = client
        self._workspace = workspace
        self._sleep = sleep

    async def pin(self, names: Iterable[str]) -> dict[str, str]:
        """Destinations as written, to destinations by id; what Slack does not know is left out.

        Raises `SlackUnavailable` when Slack cannot be asked right now.
        """
        wanted = {name for name in names if name.startswith(f"{PLATFORM}:")}
        pinned = {name: self._by_id(name) for name in wanted if read_destination(name) is not None}
        missing: dict[str, list[str]] = {}
        for name in wanted:
            named = read_name(name)
            if named is not None:
                missing.setdefault(named.name.lower(), []).append(name)
        if missing:
            async for channel in self._channels():
                by_id = write_destination(str(channel["id"]), "", self._workspace.away)
                pinned |= dict.fromkeys(missing.pop(str(channel.get("name")).lower(), ()), by_id)
                if not missing:
                    break
        for name in (name for names in missing.values() for name in names):
            _log.warning("The bot sees no channel %s; create it, or invite the bot there.", name)
        return pinned

    async def name_of(self, destination: str) -> str:
        """A channel as people read it; empty where Slack does not tell, or not soon."""
        place = read_destination(destination)
        if place is None or place.is_person:
            return ""
        try:
            async with asyncio.timeout(PATIENCE.total_seconds()):
                answer = await self._client.ask(lambda web: web.conversations_info(channel=place.id))
        except (Refused, Unreachable, TimeoutError):
            return ""
        name = (answer.get("channel") or {}).get("name")
        return f"#{name}" if name else ""

    def _by_id(self, name: str) -> str:
        """Without the home workspace in front of it, so that one channel has one name."""
        if not self._workspace.is_home:
            return name
        return name.replace(f"{PLATFORM}:{self._workspace.team_id}/", f"{PLATFORM}:", 1)

    async def _channels(self) -> AsyncIterator[Mapping[str, Any]]:
        cursor = ""
        for _ in range(MOST_PAGES):
            answer = await self._page(cursor)
            for channel in answer.get("channels") or ():
                yield channel
            cursor = (answer.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return

    async def _page(self, cursor: str) -> Mapping[str, Any]:
        try:
            return await self._ask(cursor)
        except Refused as error:
            if error.retry_after is None:
                raise SlackUnavailable(fate(error, "the list of channels").why) from error
            await self._sleep(min(error.retry_after, LONGEST_PAUSE).total_seconds())
        except Unreachable as error:
            raise SlackUnavailable(str(error)) from error
        try:
            return await self._ask(cursor)
        except (Refused, Unreachable) as error:
            raise SlackUnavailable(fate(error, "the list of channels").why) from error

    async def _ask(self, cursor: str) -> Mapping[str, Any]:
        return await self._client.ask(
            lambda web: web.conversations_list(
                types="public_channel,private_channel",
                exclude_archived=True,
                limit=PAGE,
                cursor=cursor or None,
            )
        )
