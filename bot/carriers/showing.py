"""Shows a card or a batch card where it belongs: posted, found after a post in doubt, or drawn again."""

from __future__ import annotations

from dataclasses import replace

from bot.ports import BatchJob, CardChannel, CardJob, Done, RetryLater, Sent, Showable


async def show(channel: CardChannel, job: CardJob | BatchJob, card: Showable) -> Sent:
    """Make the message show this; after a post whose end is not known, look before posting again."""
    if job.message is not None:
        return await _redraw(channel, job.destination, job.message, card)
    if not job.uncertain:
        return await channel.post(job.destination, card)
    found = await channel.find(job.destination, job.shows, job.created_at)
    if found is None:
        return await channel.post(job.destination, card)
    sent = await _redraw(channel, job.destination, found, card)
    # Until the copy's message is stored it has to be looked for again.
    return replace(sent, uncertain=True) if isinstance(sent, RetryLater) else sent


async def _redraw(channel: CardChannel, destination: str, message: str, card: Showable) -> Sent:
    sent = await channel.redraw(destination, message, card)
    return Done(message=sent.message or message) if isinstance(sent, Done) else sent
