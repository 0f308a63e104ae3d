"""The browser as a platform on which cards stand: a card is there as soon as it is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from adapters.web.live import Live
from adapters.web.notes import Note, Notes
from adapters.web.subscription import Said
from bot.domain.batch_card import BatchCard
from bot.domain.directory import WEB
from bot.domain.text import inert
from bot.offers import Offer
from bot.ports import Clock, Done, GiveUp, Sent, Showable

#: an agent's answer may be as long as a page; beside a card stands its beginning
_LONGEST_LINE = 600


class WebChannel:
    """Cards in the inbox. A message is the request's id: every page draws from current state."""

    platform = WEB

    def __init__(self, live: Live, notes: Notes, clock: Clock) -> None:
        self._live = live
        self._notes = notes
        self._clock = clock

    async def post(self, destination: str, card: Showable) -> Sent:
        """The card is in the inbox of everybody who may see it; open pages are told."""
        return self._shown(card)

    async def find(self, destination: str, shows: str, since: datetime) -> str | None:
        """A post never ends uncertain, so there is nothing to look for."""
        return None

    async def redraw(self, destination: str, message: str, card: Showable) -> Sent:
        """Open pages draw it again."""
        return self._shown(card)

    async def ping(self, destination: str, message: str, line: str, people: Sequence[str]) -> Sent:
        """The line stands under the card from now on, and comes up on the open pages of these people."""
        words = inert(line, limit=_LONGEST_LINE)
        self._notes.add(message, Note(at=self._clock(), text=words))
        self._live.redraw(message)
        self._live.say(people, Said(sentence=words, request_id=message))
        return Done(message=message)

    async def tell(self, address: str, sentence: str, link: str = "", offers: Sequence[Offer] = ()) -> Sent:
        """The sentence comes up on the open pages of `web:@<person>`, who needs no link: they are here."""
        self._live.say((address.removeprefix(f"{WEB}:@"),), Said(sentence=sentence, accepted=False))
        return Done()

    def _shown(self, card: Showable) -> Sent:
        if isinstance(card, BatchCard):
            return GiveUp(why="The browser inbox is a list; it takes no batch cards.")
        self._live.changed((card.request_id,))
        return Done(message=card.request_id)
