"""Carries lines: a ping beside a copy of the card, or a private answer to one person."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from bot.carriers.outcome import Outcome, hopeless, moot, not_yet
from bot.domain.destinations import platform
from bot.ports import CardChannel, LineJob, Store
from bot.speaking.spoken import Heard

PING = "ping"
REVIEW = "review"

#: what the owner of a rule is asked, by the id of the review; None where there is none any more
Shown: TypeAlias = Callable[[str], Awaitable[Heard | None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class LineCarrier:
    """Says one line."""

    store: Store
    #: by platform
    channels: Mapping[str, CardChannel]
    #: makes an address that signs a person in and leads to a request
    link: Callable[[str, str], Awaitable[str]] | None = None
    reviews: Shown | None = None

    async def carry(self, job: LineJob) -> Outcome:
        """Say it, unless it came to nothing meanwhile."""
        channel = self.channels.get(platform(job.destination))
        if channel is None:
            return hopeless(f"Nothing is set up here that reaches {job.destination}.")
        if job.kind == PING:
            return await self._ping(channel, job)
        if job.kind == REVIEW:
            return await self._review(channel, job)
        return await self._tell(channel, job)

    async def _tell(self, channel: CardChannel, job: LineJob) -> Outcome:
        """With the address that signs in the one person who is told, where they need one."""
        if not job.people or self.link is None:
            return Outcome(sent=await channel.tell(job.destination, job.line))
        address = await self.link(job.people[0], job.request_id)
        return Outcome(sent=await channel.tell(job.destination, job.line, address))

    async def _review(self, channel: CardChannel, job: LineJob) -> Outcome:
        """As it stands now: whoever answered on another platform is not asked again."""
        shown = await self.reviews(job.request_id) if self.reviews is not None else None
        if shown is None:
            return moot()
        sentence = "\n".join(shown.lines)
        return Outcome(sent=await channel.tell(job.destination, sentence, shown.link, shown.offers))

    async def _ping(self, channel: CardChannel, job: LineJob) -> Outcome:
        stored = await self.store.read(job.request_id)
        if stored is None:
            return moot()
        if job.people and stored.request.status.is_final and not job.others:
            # People are called to decide; that came late. Beside a batch card others still wait.
            return moot()
        message = job.message or await self._message(job)
        if isinstance(message, Outcome):
            return message
        return Outcome(sent=await channel.ping(job.destination, message, job.line, job.people))

    async def _message(self, job: LineJob) -> str | Outcome:
        """The message of the copy beside which the line belongs."""
        copies = await self.store.copies(job.request_id)
        copy = next((copy for copy in copies if copy.destination == job.destination), None)
        if copy is None or copy.state == "undeliverable":
            return hopeless("The card cannot be posted there, so nothing can be said beside it.")
        return copy.message or not_yet("The card is not posted there yet.")
