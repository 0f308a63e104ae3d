"""Teams as a place where cards stand; never raises for what Teams does."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from adapters.teams import batch_cards, cards, lines
from adapters.teams.addresses import Standing, read_message, thread_of, write_message
from adapters.teams.blocks import Block
from adapters.teams.client import TeamsClient
from adapters.teams.errors import fate, is_too_large
from adapters.teams.http import TeamsRefused, TeamsUnavailable
from adapters.teams.messages import Activity, message, new_thread
from adapters.teams.names import PLATFORM
from adapters.teams.parts import Called
from adapters.teams.rooms import Rooms
from bot.conversations import CHANNEL, Conversation
from bot.domain.batch_card import BatchCard
from bot.domain.directory import Directory
from bot.domain.errors import Busy
from bot.offers import Offer
from bot.ports import Done, GiveUp, RetryLater, Sent, Showable

#: what Teams answers, among others, to a mention of somebody who is not there
_BAD_REQUEST = 400
#: drawings to try one after the other, with these people mentioned
_Draw = Callable[[tuple[Called, ...]], Sequence[Block]]

_log = logging.getLogger(__name__)


class TeamsChannel:
    """`bot.ports.CardChannel` on the Bot Connector."""

    def __init__(self, *, client: TeamsClient, rooms: Rooms, directory: Callable[[], Directory]) -> None:
        self._client = client
        self._rooms = rooms
        self._directory = directory

    @property
    def platform(self) -> str:
        """`teams`."""
        return PLATFORM

    async def post(self, destination: str, card: Showable) -> Sent:
        """Put a new copy up, in a channel as a thread of its own, with the people it asks mentioned."""

        async def show(room: Conversation) -> Sent:
            async def put(drawn: Block) -> str:
                return await self._put(room, message(drawn, _summary_of(card)))

            posted = await self._show(_drawings(card), self._called(card.mentions, room), put)
            return Done(message=write_message(room.id, posted))

        return await self._within(destination, show)

    async def find(self, destination: str, shows: str, since: datetime) -> str | None:
        """None: bots may not read in Teams what they posted. A press on a stray copy adopts it."""
        return None

    async def redraw(self, destination: str, message: str, card: Showable) -> Sent:
        """Replace what the copy shows."""
        return await self._beside(destination, message, lambda room, at: self._redraw(room, at, card))

    async def ping(self, destination: str, message: str, line: str, people: Sequence[str]) -> Sent:
        """Say the line in the card's thread, where a mention notifies."""
        return await self._beside(destination, message, lambda room, at: self._ping(room, at, line, people))

    async def tell(self, address: str, sentence: str, link: str = "", offers: Sequence[Offer] = ()) -> Sent:
        """Answer one person in their own chat with the bot."""
        return await self.show(address, lines.answer(sentence, link, offers), lines.summary_of(sentence))

    async def show(self, address: str, drawn: Block, summary: str) -> Sent:
        """Put a card up in one person's own chat with the bot."""

        async def put(room: Conversation) -> Sent:
            return Done(message=write_message(room.id, await self._put(room, message(drawn, summary))))

        return await self._within(address, put)

    async def _redraw(self, room: Conversation, at: Standing, card: Showable) -> Sent:
        async def change(drawn: Block) -> str:
            changed = message(drawn, _summary_of(card))
            await self._client.update(room.service_url, thread_of(room, at.activity), at.activity, changed)
            return at.activity

        await self._show(_drawings(card), self._called(card.mentions, room), change)
        return Done(message=write_message(at.conversation, at.activity))

    async def _ping(self, room: Conversation, at: Standing, line: str, people: Sequence[str]) -> Sent:
        async def say(drawn: Block) -> str:
            said = message(drawn, lines.summary_of(line))
            return await self._client.send(room.service_url, thread_of(room, at.activity), said)

        await self._show(lambda called: [lines.ping(line, called)], self._called(people, room), say)
        return Done()

    async def _put(self, room: Conversation, said: Activity) -> str:
        """The id of the new message."""
        if room.kind != CHANNEL:
            return await self._client.send(room.service_url, room.id, said)
        _, posted = await self._client.create_conversation(room.service_url, new_thread(room, said))
        if not posted:
            raise TeamsUnavailable("Teams did not say where the card stands.", uncertain=True)
        return posted

    async def _show(
        self, draw: _Draw, called: tuple[Called, ...], send: Callable[[Block], Awaitable[str]]
    ) -> str:
        """Send the roomiest drawing that Teams takes; without mentions where these are what it refuses."""
        try:
            return await _first(draw(called), send)
        except TeamsRefused as error:
            if error.status != _BAD_REQUEST or not called:
                raise
            _log.warning("Teams refuses a mention of %s: %s", [each.id for each in called], error)
            return await _first(draw(()), send)

    async def _beside(
        self, destination: str, message: str, act: Callable[[Conversation, Standing], Awaitable[Sent]]
    ) -> Sent:
        standing = read_message(message)
        if standing is None:
            return GiveUp(why=f"{message} names no message in Teams.")
        return await self._trying(
            destination,
            self._rooms.known(standing.conversation, destination),
            lambda room: act(room, standing),
        )

    async def _within(self, destination: str, act: Callable[[Conversation], Awaitable[Sent]]) -> Sent:
        return await self._trying(destination, self._rooms.open(destination), act)

    async def _trying(
        self,
        destination: str,
        opening: Awaitable[Conversation | GiveUp],
        act: Callable[[Conversation], Awaitable[Sent]],
    ) -> Sent:
        try:
            room = await opening
            return room if isinstance(room, GiveUp) else await act(room)
        except (TeamsRefused, TeamsUnavailable) as error:
            return fate(error, destination)
        except Busy as error:
            return RetryLater(why=error.sentence)

    def _called(self, people: Sequence[str], room: Conversation) -> tuple[Called, ...]:
        """Those of the people who have an account where the room is, each by one."""
        directory = self._directory()
        tenants = (room.tenant, None) if room.tenant in directory.home.get(PLATFORM, ()) else (room.tenant,)
        called = {
            person.id: Called(id=account.user, name=person.name)
            for person in (directory.people.get(name) for name in people)
            if person is not None
            for account in reversed(person.identities)
            if account.platform == PLATFORM and account.tenant in tenants
        }
        return tuple(called.values())


def _drawings(card: Showable) -> _Draw:
    if isinstance(card, BatchCard):
        return lambda called: list(batch_cards.drawings(card, called))
    return lambda called: list(cards.drawings(card, called))


def _summary_of(card: Showable) -> str:
    return batch_cards.summary_of(card) if isinstance(card, BatchCard) else cards.summary_of(card)


async def _first(drawings: Sequence[Block], send: Callable[[Block], Awaitable[str]]) -> str:
    refused: TeamsRefused | None = None
    for drawn in drawings:
        try:
            return await send(drawn)
        except TeamsRefused as error:
            if not is_too_large(error):
                raise
            refused = error
    raise refused or AssertionError("there is always a drawing")
