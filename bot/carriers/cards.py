"""Carries cards: one copy is posted, or drawn again from the current state."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace

from bot.carriers.outcome import Outcome, hopeless, moot
from bot.domain.card import Card
from bot.domain.destinations import platform
from bot.domain.forecast import Queue
from bot.domain.request import ApprovalRequest
from bot.ports import CardChannel, CardJob, Done, RetryLater, Sent, Store, Stored


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
        return Outcome(sent=await _show(channel, job, card), card=card)


async def _show(channel: CardChannel, job: CardJob, card: Card) -> Sent:
    if job.message is not None:
        return await _redraw(channel, job.destination, job.message, card)
    if not job.uncertain:
        return await channel.post(job.destination, card)
    found = await channel.find(job.destination, job.request_id, job.created_at)
    if found is None:
        return await channel.post(job.destination, card)
    sent = await _redraw(channel, job.destination, found, card)
    # Until the copy's message is stored it has to be looked for again.
    return replace(sent, uncertain=True) if isinstance(sent, RetryLater) else sent


async def _redraw(channel: CardChannel, destination: str, message: str, card: Card) -> Sent:
    sent = await channel.redraw(destination, message, card)
    return Done(message=sent.message or message) if isinstance(sent, Done) else sent
