"""Finds the conversation behind a destination, and opens a person's chat with the bot where there is none."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from adapters.teams.addresses import read_destination, read_names, without_thread
from adapters.teams.client import TeamsClient
from adapters.teams.http import TeamsRefused
from adapters.teams.messages import new_chat
from adapters.teams.names import PLATFORM
from bot.conversations import PERSONAL, Conversation, ConversationBook
from bot.domain.directory import Directory
from bot.ports import GiveUp

#: what Teams answers where somebody has no chat with the bot, or is not in the tenant
_NOT_THERE = (403, 404)


class Rooms:
    """Conversations that the bot may post to, in the tenants that it serves."""

    def __init__(
        self,
        *,
        client: TeamsClient,
        book: ConversationBook,
        directory: Callable[[], Directory],
        tenants: Sequence[str],
    ) -> None:
        self._client = client
        self._book = book
        self._directory = directory
        self._tenants = tenants

    async def open(self, destination: str) -> Conversation | GiveUp:
        """Raises `TeamsRefused`, `TeamsUnavailable` or `Busy`."""
        place = read_destination(destination)
        if place is None:
            return GiveUp(why=_not_added(destination))
        if place.account:
            return await self._chat(place.account, destination)
        return await self.known(place.conversation, destination)

    async def known(self, conversation: str, destination: str) -> Conversation | GiveUp:
        """A conversation by its id, as far as the bot was added to it; raises `Busy`."""
        found = await self._book.get(conversation)
        if found is None or (self._tenants and found.tenant not in self._tenants):
            return GiveUp(why=_not_added(destination))
        return found

    async def _chat(self, account: str, destination: str) -> Conversation | GiveUp:
        tenants = self._homes(account)
        # None at all is known in development only, where every tenant is let in.
        found = await self._book.chat_with(account, tenants) if tenants or not self._tenants else None
        if found is not None:
            return found
        refused: TeamsRefused | None = None
        for tenant in tenants:
            near = await self._book.latest_in(tenant)
            if near is None:
                continue
            try:
                return await self._new_chat(account, near)
            except TeamsRefused as error:
                if error.status not in _NOT_THERE:
                    raise
                refused = error
        if refused is not None:
            raise refused
        return GiveUp(why=f"Placet is nowhere in Teams yet, so {destination} cannot be reached; add the app.")

    def _homes(self, account: str) -> tuple[str, ...]:
        """The tenants in which this is a person's account, as the policy has it."""
        told = {
            identity.tenant
            for person in self._directory().people.values()
            for identity in person.identities
            if identity.platform == PLATFORM and identity.user == account and identity.tenant
        }
        if not told or not self._tenants:
            return tuple(sorted(told)) or tuple(self._tenants)
        return tuple(tenant for tenant in self._tenants if tenant in told)

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
