"""Carries batch cards: one message for many copies, drawn from the current state of all their requests."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bot.card_digest import card_digest
from bot.carriers.outcome import Outcome, Shown, hopeless, moot
from bot.carriers.showing import show
from bot.domain.batch_card import BatchCard
from bot.domain.destinations import platform
from bot.domain.request import ApprovalRequest
from bot.ports import BatchJob, CardChannel, Store


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchCarrier:
    """Brings a batch card up to date."""

    store: Store
    #: by platform
    channels: Mapping[str, CardChannel]
    draw: Callable[[str, Sequence[ApprovalRequest]], BatchCard]

    async def carry(self, job: BatchJob) -> Outcome:
        """Show all requests as they are now, which may be newer than what was wanted."""
        channel = self.channels.get(platform(job.destination))
        if channel is None:
            return hopeless(f"Nothing is set up here that reaches {job.destination}.")
        requests = await self.store.batch(job.id)
        if not requests:
            return moot()
        card = self.draw(job.id, requests)
        versions = {request.id: request.version for request in requests}
        shown = Shown(digest=card_digest(card), versions=versions)
        return Outcome(sent=await show(channel, job, card), shown=shown)
