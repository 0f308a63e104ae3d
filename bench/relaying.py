"""How long a bare relay takes from a POST to the receiver that the body is passed on to."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator

import aiohttp

from bench.receivers import Receivers
from bench.servers import Server

_WARM_UP = 5
#: about what a press carries
_WORDS = "The parcel was lost by the carrier. " * 60


async def relayed(relay: Server, many: int, in_flight: int) -> list[float]:
    """Seconds from sending to arriving, for so many bodies, so many of them at a time."""
    connector = aiohttp.TCPConnector(limit=0)
    async with (
        Receivers() as receivers,
        aiohttp.ClientSession(f"http://127.0.0.1:{relay.port}", connector=connector) as http,
    ):
        await _lane(http, receivers, iter(range(-_WARM_UP, 0)))
        numbers = iter(range(many))
        lanes = await asyncio.gather(*(_lane(http, receivers, numbers) for _ in range(in_flight)))
        return [seconds for lane in lanes for seconds in lane]


async def _lane(http: aiohttp.ClientSession, receivers: Receivers, numbers: Iterator[int]) -> list[float]:
    return [await _one(http, receivers, f"relay-{number}") for number in numbers]


async def _one(http: aiohttp.ClientSession, receivers: Receivers, name: str) -> float:
    body = {"to": receivers.urls, "data": {"approval": {"id": name}}, "words": _WORDS}
    told, text = receivers.told(name), json.dumps(body)
    sent_at = time.perf_counter()
    async with http.post("/press", data=text) as answer:
        await answer.read()
    return await told - sent_at
