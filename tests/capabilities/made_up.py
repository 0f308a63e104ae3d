"""Two weeks of a made-up company, in which five things are wrong: its rows are those the product writes."""

from __future__ import annotations

from collections import deque
from datetime import timedelta
from typing import Self

import aiohttp

from bench.history.company import AGENTS, WEEKS
from bench.history.filling import fill
from bench.history.measuring import whole
from storage.engine import write_engine
from storage.migrate import migrate
from tests.flows.speaking_world import SpeakingWorld

_PERIOD = whole(WEEKS).period
#: all of it, in addresses
SPAN = f"from={_PERIOD.from_}&until={_PERIOD.until - timedelta(days=1)}"
_AGENTS = "".join(f"  {agent}: {{{{owner: cat}}}}\n" for agent in AGENTS if agent != "support-bot")


class MadeUpCompany(SpeakingWorld):
    """The application begins on a database in which all of that has happened, and measures it."""

    policy = SpeakingWorld.policy.replace("agents:\n", f"agents:\n{_AGENTS}", 1)

    async def __aenter__(self) -> Self:
        migrate(self._database_url)
        engine = write_engine(self._database_url)
        deque(fill(engine, WEEKS), maxlen=0)
        engine.dispose()
        await super().__aenter__()
        await self.counts()
        return self

    async def findings_told_to(self, agent: str) -> dict[str, str]:
        """What an agent reads about itself: the sentence of each concern."""
        key = await self.app.keys.create(agent)
        assert self._server is not None
        address = str(self._server.make_url(f"/v1/stats?{SPAN}"))
        async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {key.api_key}"}) as http:
            told = await (await http.get(address)).json()
        return {finding["concern"]: finding["sentence"] for finding in told["findings"]}
