"""A store that takes as long as a test says."""

import asyncio

from bot.domain.moves import Move
from bot.ports import Moved, Stored
from tests.fakes.memory_store import MemoryStore


class StallingStore(MemoryStore):
    """Waits at its gates."""

    #: writes wait for this
    gate: asyncio.Event | None = None
    #: reads wait for this
    read_gate: asyncio.Event | None = None

    async def move(self, move: Move) -> Moved:
        if self.gate is not None:
            await self.gate.wait()
        return await super().move(move)

    async def read(self, request_id: str) -> Stored | None:
        if self.read_gate is not None:
            await self.read_gate.wait()
        return await super().read(request_id)
