"""Carries cards: one copy is posted, or drawn again from the current state."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from bot.card_digest import card_digest
from bot.carriers.outcome import Outcome, Shown, hopeless, moot
from bot.carriers.showing import show
from bot.domain.card import Card
from bot.domain.destinations import platform
from bot.domain.forecast import Queue
from bot.domain.request import ApprovalRequest
from bot.ports import CardChannel, CardJob, Store, Stored


async def unqueued(request: ApprovalRequest) -> Queue | None:
    """Nothing is known of the wait."""
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class CardCarrier:
    """Brings a copy up to date."""

    store: Store
    #: by platform
    channels: Mapping[str, CardChannel]
    draw: Callable[[Stored, Queue | None], Card]
    #: tells how the wait goes
    queue: Callable[[ApprovalRequest], Awaitable[Queue | None]] = unqueued

    async def carry(self, job: CardJob) -> Outcome:
        """Show the state as it is now, which may be newer than the one that was wanted."""
        channel = self.channels.get(platform(job.destination))
        if channel is None:
            return hopeless(f"Nothing is set up here that reaches {job.destination}.")
        stored = await self.store.read(job.request_id)
        if stored is None:
            return moot()
        card = self.draw(stored, await self.queue(stored.request))
        shown = Shown(digest=card_digest(card), version=card.version)
        return Outcome(sent=await show(channel, job, card), shown=shown)
