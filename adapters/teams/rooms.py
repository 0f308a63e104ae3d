"""Finds the conversation behind a destination, and opens a person's chat with the bot where there is none."""

from __future__ import annotations

from collections.abc import Sequence

from adapters.teams.addresses import Place, read_destination, read_names, without_thread
from adapters.teams.client import TeamsClient
from adapters.teams.messages import new_chat
from bot.conversations import PERSONAL, Conversation, ConversationBook
from bot.ports import GiveUp


class Rooms:
    """Conversations that the bot may post to, in the tenants that it serves."""

    def __init__(self, *, client: TeamsClient, book: ConversationBook, tenants: Sequence[str]) -> None:
        self._client = client
        self._book = book
        self._tenants = tenants

    async def open(self, destination: str) -> Conversation | GiveUp:
        """Raises `TeamsRefused`, `TeamsUnavailable` or `Busy`."""
        place = read_destination(destination)
        if place is None:
            return GiveUp(why=_not_added(destination))
        if place.account:
            return await self._chat(place, destination)
        return await self.known(place.conversation, destination)

    async def known(self, conversation: str, destination: str) -> Conversation | GiveUp:
        """A conversation by its id, as far as the bot was added to it; raises `Busy`."""
        found = await self._book.get(conversation)
        if found is None or (self._tenants and found.tenant not in self._tenants):
            return GiveUp(why=_not_added(destination))
        return found

    async def _chat(self, place: Place, destination: str) -> Conversation | GiveUp:
        found = await self._book.chat_with(place.account, self._tenants)
        if found is not None:
            return found
        for tenant in self._tenants:
            near = await self._book.latest_in(tenant)
            if near is not None:
                return await self._new_chat(place.account, near)
        return GiveUp(why=f"Placet is nowhere in Teams yet, so {destination} cannot be reached; add the app.")

    async def _new_chat(self, account: str, near: Conversation) -> Conversation:
        opened, _ = await self._client.create_conversation(near.service_url, new_chat(account, near.tenant))
        chat = Conversation(
            id=without_thread(opened),
            tenant=near.tenant,
            kind=PERSONAL,
            service_url=near.service_url,
            account=account,
        )
        await self._book.keep(chat)
        return chat


def _not_added(destination: str) -> str:
    names = read_names(destination)
    where = f"the channel {names[1]} of the team {names[0]}" if names else destination
    return f"Placet is not in {where}; add the app to the team or chat in Teams, or correct the policy."
