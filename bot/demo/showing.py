"""The demo to look at: the agent asks for five things, a moment apart, so that one sees them arrive."""

from __future__ import annotations

import asyncio

from bot.demo.agent import SampleAgent
from bot.demo.packets import PACKETS

#: within this, somebody who watches sees a request move on
FIRST_WAIT = "40s"
_APART_S = 1.5


async def ask_all(agent: SampleAgent) -> None:
    """Ask for all five."""
    for _ in PACKETS:
        await agent.ask_next()
        await asyncio.sleep(_APART_S)
