"""How a waiting request stands: its place in the queue, and how long it will take by what was measured."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.forecast import Queue, expected_wait
from bot.domain.request import ApprovalRequest
from bot.ports import Clock, Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Queueing:
    """Two bounded reads: at most a thousand that came before, and the latest fifty decisions."""

    store: Store
    clock: Clock

    async def of(self, request: ApprovalRequest) -> Queue | None:
        """None once it has ended, and before anybody is asked."""
        if request.status.is_final or not request.progress.step:
            return None
        ahead = await self.store.queue_ahead(request)
        recent = await self.store.turnarounds(request)
        now = self.clock()
        return Queue(position=ahead + 1, expected_wait=expected_wait(request, recent, now), at=now)
