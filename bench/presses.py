"""Cards in many channels that wait for a press, and what follows a press: answer, card, callback."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

import aiohttp

from bench.company import asking, route
from bench.figure import Unmeasured
from bench.patience import patience
from bench.receivers import Receivers
from bench.slack import TimedSlack, request_of
from tests.fakes.slack_workspace import Message

#: cards that stand in one channel: what Slack takes at once, and too few for a batch card
EACH = 3
#: how long a channel is left alone after them, until its pace holds nothing back (seconds)
REST = 4.0
#: how long anything may take before there is no figure (seconds)
PATIENCE = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """What followed one press, each in seconds since it was sent."""

    #: Slack had its answer, which comes after the commit
    answered: float
    #: the changed card had reached Slack
    shown: float
    #: the decision had reached the agent platform
    told: float


class Pressing:
    """The cards of one installation, each to be pressed once."""

    def __init__(self, slack: TimedSlack, receivers: Receivers) -> None:
        self._slack = slack
        self._receivers = receivers
        self._cards = deque[Message]()

    async def prepare(self, agent: aiohttp.ClientSession, channels: int, each: int) -> None:
        """Have so many cards stand in every channel."""
        for turn in range(each):
            for number in range(channels):
                body = asking(
                    turn * channels + number,
                    route=route(number),
                    callback={"url": self._receivers.urls[0]},
                )
                async with agent.post("/v1/approvals", json=body) as answer:
                    if answer.status != 201:
                        raise Unmeasured(f"A request was refused: {await answer.text()}")
            await self._posted((turn + 1) * channels)
        await asyncio.sleep(REST if each > 1 else 0)
        self._cards.extend(self._slack.workspace.messages)

    async def press(self, many: int, in_flight: int) -> list[Followed]:
        """Press so many cards, so many of them at a time; each lane goes on when everything has followed."""
        cards = iter([self._cards.popleft() for _ in range(many)])
        async with patience(PATIENCE, "what follows presses"):
            lanes = await asyncio.gather(*(self._lane(cards) for _ in range(in_flight)))
        return [followed for lane in lanes for followed in lane]

    async def _lane(self, cards: Iterator[Message]) -> list[Followed]:
        return [await self._followed(card) for card in cards]

    async def _followed(self, card: Message) -> Followed:
        body, headers = self._slack.approval(card)
        shown, told = self._slack.decided(card), self._receivers.told(request_of(card))
        sent_at = time.perf_counter()
        delivered = await self._slack.send(body, headers)
        answered_at = time.perf_counter()
        if delivered.status != 200:
            raise Unmeasured(f"A press was answered {delivered.status}: {delivered.body}")
        return Followed(
            answered=answered_at - sent_at, shown=await shown - sent_at, told=await told - sent_at
        )

    async def _posted(self, many: int) -> None:
        async with patience(PATIENCE, f"{many} cards"):
            while len(self._slack.workspace.messages) < many:
                await asyncio.sleep(0.05)
