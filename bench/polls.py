"""Long polls held by a server, and how long after a decision each is answered."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import aiohttp

from bench.company import asking, serving
from bench.figure import Unmeasured

#: how long a poll asks to be held (seconds)
HELD = 50
#: until a poll that was sent is held for sure (seconds)
SETTLING = 0.05
#: for many of them
SETTLING_MANY = 2.0


class Polls:
    """An agent platform that asks, waits and withdraws."""

    def __init__(self, http: aiohttp.ClientSession) -> None:
        self._http = http
        self._number = 0

    async def request(self) -> str:
        """A new request that is pending; its id."""
        self._number += 1
        async with self._http.post("/v1/approvals", json=asking(self._number)) as answer:
            text = await answer.text()
            if answer.status != 201:
                raise Unmeasured(f"A request was refused: {text}")
            return str(json.loads(text)["id"])

    def hold(self, request_id: str, many: int) -> list[asyncio.Task[float]]:
        """So many polls of a request; each ends with the moment of its answer, by `time.perf_counter`."""
        return [asyncio.create_task(self._poll(request_id)) for _ in range(many)]

    async def woken(self, request_id: str, polls: Sequence[asyncio.Task[float]]) -> tuple[float, list[float]]:
        """Withdraw a request; seconds until that was answered, and until each poll was."""
        sent_at = time.perf_counter()
        async with self._http.post(
            f"/v1/approvals/{request_id}/cancel", json={"reason": "Not needed."}
        ) as answer:
            await answer.read()
        answered = time.perf_counter() - sent_at
        if answer.status != 200:
            raise Unmeasured(f"A request could not be withdrawn: {answer.status}")
        return answered, [at - sent_at for at in await asyncio.gather(*polls)]

    async def _poll(self, request_id: str) -> float:
        async with self._http.get(f"/v1/approvals/{request_id}", params={"wait": str(HELD)}) as answer:
            body = await answer.read()
        answered_at = time.perf_counter()
        if json.loads(body)["status"] != "cancelled":
            raise Unmeasured(f"A poll was answered before its time: {body[:200]!r}")
        return answered_at


@asynccontextmanager
async def polling(url: str) -> AsyncIterator[Polls]:
    """An agent platform with a server of its own."""
    connector = aiohttp.TCPConnector(limit=0)
    async with (
        serving(url) as (placet, headers),
        aiohttp.ClientSession(placet.url, headers=headers, connector=connector) as http,
    ):
        yield Polls(http)
