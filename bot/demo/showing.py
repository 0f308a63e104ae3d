"""The demo to look at: the agent asks for six things, a moment apart, so that one sees them arrive."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from bot.demo.agent import SampleAgent
from bot.demo.packets import PACKETS

#: within this, somebody who watches sees a request move on
FIRST_WAIT = "40s"
_APART_S = 1.5


async def ask_all(agent: SampleAgent, stopped: asyncio.Event) -> None:
    """Ask for all six, or for fewer when it is stopped before; what was begun is finished."""
    for _ in PACKETS:
        if stopped.is_set():
            return
        await agent.ask_next()
        with suppress(TimeoutError):
            async with asyncio.timeout(_APART_S):
                await stopped.wait()
