"""Names of channels, turned into Teams' ids, so that a renamed channel still gets its cards."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence

from adapters.teams.addresses import CHAT, read_destination, read_names, team_of, write_destination
from adapters.teams.conversations import GENERAL, Conversations
from adapters.teams.http import TeamsRefused, TeamsUnavailable
from adapters.teams.names import PLATFORM
from bot.conversations import CHANNEL, Conversation, ConversationBook

_log = logging.getLogger(__name__)


class Pins:
    """Looks names up among the conversations that the bot was added to."""

    def __init__(
        self, *, book: ConversationBook, conversations: Conversations, tenants: Sequence[str]
    ) -> None:
        self._book = book
        self._conversations = conversations
        self._tenants = tenants
        #: what the policy names and nobody has added the bot to yet
        self._missing: frozenset[str] = frozenset()
        self._complained: set[str] = set()

    async def pin(self, names: Iterable[str]) -> dict[str, str]:
        """Destinations as written, to destinations by id; what is not known is left out. Raises `Busy`."""
        wanted = {name for name in names if name.startswith(f"{PLATFORM}:")}
        for name in wanted:
            if not await self._look_up(name):
                await self._ask_for(name)
        found = {name: await self._look_up(name) for name in wanted}
        pinned = {name: ids for name, ids in found.items() if ids}
        self._missing = frozenset(wanted - pinned.keys())
        for name in sorted(self._missing - self._complained):
            await self._complain(name)
        self._complained = set(self._missing)
        return pinned

    async def find(self, name: str) -> str | None:
        """One destination by id, whatever the policy waits for; None for what is not known. Raises `Busy`."""
        if not name.startswith(f"{PLATFORM}:"):
            return None
        if not await self._look_up(name):
            await self._ask_for(name)
        return await self._look_up(name) or None

    async def has_news(self) -> bool:
        """Whether something can be pinned now that could not before; raises `Busy`."""
        for name in self._missing:
            if await self._look_up(name):
                return True
        return False

    async def name_of(self, destination: str) -> str:
        """A channel as people read it; empty where Teams has not told. Raises `Busy`."""
        place = read_destination(destination)
        known = await self._book.get(place.conversation) if place and place.conversation else None
        return f"#{known.name}" if known and known.name else ""

    async def _look_up(self, destination: str) -> str:
        """The destination by id, empty without one."""
        found = await self.candidates(destination)
        return write_destination(found[0]) if len(found) == 1 else ""

    async def candidates(self, destination: str) -> list[Conversation]:
        """What a destination may mean, as far as Teams has told of it; raises `Busy`."""
        names = read_names(destination)
        if names is not None:
            return self._ours(await self._book.named(*names))
        place = read_destination(destination)
        known = await self._book.get(place.conversation) if place and place.conversation else None
        return self._ours([known] if known and _is_in(known, team_of(destination)) else [])

    def _ours(self, found: Iterable[Conversation]) -> list[Conversation]:
        return [each for each in found if not self._tenants or each.tenant in self._tenants]

    async def _ask_for(self, destination: str) -> None:
        """Perhaps a team that has the bot tells of a channel that nobody told us about."""
        team_name, _ = read_names(destination) or ("", "")
        for general in self._ours(await self._book.named(team_name, GENERAL)) if team_name else ():
            try:
                await self._conversations.learn_channels(general)
            except (TeamsRefused, TeamsUnavailable) as error:
                _log.warning("The channels of the team %s could not be read: %s", team_name, error)

    async def _complain(self, destination: str) -> None:
        if len(await self.candidates(destination)) > 1:
            _log.error(
                "Several channels are called %s, so nothing is posted there; name it by ids in the policy.",
                destination,
            )
        else:
            _log.warning("Placet is in no channel %s yet; add the app to its team in Teams.", destination)


def _is_in(conversation: Conversation, team: str) -> bool:
    """Whether the team, as a destination names it, is the one of this conversation."""
    if conversation.kind != CHANNEL:
        return team == CHAT
    return team.lower() in (conversation.group.lower(), conversation.team.lower(), CHANNEL)
