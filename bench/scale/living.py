"""One request's whole life in a store, many at a time: submitted, decided by a press."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass

from bot.domain.request import ApprovalRequest
from storage.store import SqlStore
from tests.builders import a_press
from tests.storage.steps import submitted

#: requests under way together, as many as a server takes into one transaction under load
TOGETHER = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What one request costs from submission to decision, in seconds."""

    #: of the clock on the wall
    wall: float
    #: of this process's CPU
    cpu: float


async def lives(store: SqlStore, many: int) -> Cost:
    """Let many requests be submitted and decided, and share the cost among them."""
    wall, cpu = time.perf_counter(), time.process_time()
    for _ in range(0, many, TOGETHER):
        await asyncio.gather(*(_life(store) for _ in range(TOGETHER)))
    rounded = -(-many // TOGETHER) * TOGETHER
    return Cost(wall=(time.perf_counter() - wall) / rounded, cpu=(time.process_time() - cpu) / rounded)


async def _life(store: SqlStore) -> ApprovalRequest:
    request = await submitted(store)
    await store.move(a_press(request))
    return request
