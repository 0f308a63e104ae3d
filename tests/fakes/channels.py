"""A chat platform whose answers a test writes beforehand."""

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.batch_card import BatchCard
from bot.domain.card import Card
from bot.offers import Offer
from bot.ports import Done, RetryLater, Sent, Showable

LOST = RetryLater(why="The answer did not come.", uncertain=True)


@dataclass(kw_only=True)
class Posted:
    """A message with a card: every state it ever showed, the current one last."""

    destination: str
    message: str
    shown: list[Showable]
    lines: list[str] = field(default_factory=list)

    @property
    def card(self) -> Card:
        card = self.shown[-1]
        assert isinstance(card, Card)
        return card

    @property
    def cards(self) -> list[Card]:
        return [card for card in self.shown if isinstance(card, Card)]

    @property
    def batch(self) -> BatchCard:
        card = self.shown[-1]
        assert isinstance(card, BatchCard)
        return card


class FakeChannel:
    """A `bot.ports.CardChannel`; everything works at once unless the test says otherwise."""

    def __init__(self, platform: str = "slack") -> None:
        self._platform = platform
        #: answers to come, first to last, whatever is asked; when it is empty, everything works
        self.answers: deque[Sent | Exception] = deque()
        #: a destination's answer until it is taken out again
        self.always: dict[str, Sent] = {}
        #: while it is clear, calls hang
        self.open = asyncio.Event()
        self.open.set()
        #: raised by `find` until it is None again
        self.blind: Exception | None = None
        self.posted: list[Posted] = []
        self.told: list[tuple[str, str]] = []
        self.pinged: list[tuple[str, str, tuple[str, ...]]] = []
        #: every call as (verb, destination), those that failed too
        self.calls: list[tuple[str, str]] = []

    @property
    def platform(self) -> str:
        return self._platform

    def lose_next_post(self) -> None:
        """The next post works, and its answer is lost."""
        self.answers.append(LOST)

    async def post(self, destination: str, card: Showable) -> Sent:
        answer = await self._answer("post", destination)
        if answer is not None and answer is not LOST:
            return answer
        posted = Posted(destination=destination, message=f"m{len(self.posted) + 1}", shown=[card])
        self.posted.append(posted)
        return answer or Done(message=posted.message)

    async def find(self, destination: str, shows: str, since: datetime) -> str | None:
        self.calls.append(("find", destination))
        if self.blind is not None:
            raise self.blind
        there = (p for p in self.posted if p.destination == destination and _shows(p.shown[-1]) == shows)
        return next((posted.message for posted in there), None)

    async def redraw(self, destination: str, message: str, card: Showable) -> Sent:
        answer = await self._answer("redraw", destination)
        if answer is None:
            self.at(message).shown.append(card)
        return answer or Done()

    async def ping(self, destination: str, message: str, line: str, people: Sequence[str]) -> Sent:
        answer = await self._answer("ping", destination)
        if answer is None:
            self.at(message).lines.append(line)
            self.pinged.append((destination, line, tuple(people)))
        return answer or Done()

    async def tell(self, address: str, sentence: str, link: str = "", offers: Sequence[Offer] = ()) -> Sent:
        answer = await self._answer("tell", address)
        if answer is None:
            self.told.append((address, f"{sentence} {link}".rstrip()))
        return answer or Done()

    def at(self, message: str) -> Posted:
        """The message with this name."""
        return next(posted for posted in self.posted if posted.message == message)

    async def _answer(self, verb: str, destination: str) -> Sent | None:
        """None when the call shall work."""
        self.calls.append((verb, destination))
        await self.open.wait()
        answer = self.always.get(destination) or (self.answers.popleft() if self.answers else None)
        if isinstance(answer, Exception):
            raise answer
        return None if isinstance(answer, Done) else answer


def _shows(card: Showable) -> str:
    return card.batch_id if isinstance(card, BatchCard) else card.request_id
