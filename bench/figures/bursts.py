"""A burst of a thousand requests into one channel, where Slack takes a message a second."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass

import aiohttp

from bench.bursting import on_screen
from bench.company import asking, channel, route, serving
from bench.figure import Unmeasured, figure
from bench.patience import patience
from bench.reading import Reading, Unit
from bench.run import Run
from bench.slack import TimedSlack

LANES = 16
#: how long until everything has to be on screen (seconds)
PATIENCE = 180.0
#: most messages for a hundred requests, which is what a batch card holds …
MESSAGES_A_HUNDRED = 2
#: … and for those that stand alone before there is one
FEW = 6
#: most of the time that a message each would take
SHARE = 0.03


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shown:
    """How a burst came on screen."""

    #: seconds from the first submission until every request stood in a card
    after: float
    messages: int
    changes: int
    refused: int


@figure("bursts", once=True)
def bursts(run: Run) -> Iterator[Reading]:
    """A thousand requests at once for one channel, beside a message a second for each of them."""
    many = run.pick(1_000, 60)
    # To see that it works, one database is enough.
    for engine in run.engines[: run.pick(2, 1)]:
        with run.database(engine) as url:
            shown = asyncio.run(_burst(url, many))
        each = Reading(name=f"a message each/{engine}/time", value=many, unit=Unit.SECONDS)
        yield each
        time_taken = Reading(name=f"burst/{engine}/time", value=shown.after, unit=Unit.SECONDS)
        yield time_taken.beside(each, bound=run.pick(SHARE, None))
        most = MESSAGES_A_HUNDRED * -(-many // 100) + FEW
        for measure, count, bound in (
            ("messages", shown.messages, most),
            ("changes of messages", shown.changes, None),
            ("refused for their pace", shown.refused, 0),
        ):
            yield Reading(name=f"burst/{engine}/{measure}", value=count, unit=Unit.COUNT, bound=bound)


async def _burst(url: str, many: int) -> _Shown:
    async with AsyncExitStack() as stack:
        slack = await stack.enter_async_context(TimedSlack())
        slack.add_channel(channel(0))
        placet, headers = await stack.enter_async_context(serving(url, channels=1, slack_api=slack.api_url))
        agent = await stack.enter_async_context(aiohttp.ClientSession(placet.url, headers=headers))
        began_at = time.perf_counter()
        numbers = iter(range(many))
        await asyncio.gather(*(_lane(agent, numbers) for _ in range(LANES)))
        async with patience(PATIENCE, f"{many} requests on screen"):
            while on_screen(slack.workspace.messages) < many:
                await asyncio.sleep(0.05)
        return _Shown(
            after=time.perf_counter() - began_at,
            messages=len(slack.called("chat.postMessage")),
            changes=len(slack.called("chat.update")),
            refused=slack.rate_limited,
        )


async def _lane(agent: aiohttp.ClientSession, numbers: Iterator[int]) -> None:
    for number in numbers:
        async with agent.post("/v1/approvals", json=asking(number, route=route(0))) as answer:
            if answer.status != 201:
                raise Unmeasured(f"A request was refused: {await answer.text()}")
