"""Slack as one place where cards stand, in however many workspaces: each goes through its own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from adapters.slack.addresses import team_of
from adapters.slack.channel import SlackChannel
from adapters.slack.errors import SlackUnavailable
from adapters.slack.names import PLATFORM
from adapters.slack.workspaces import Workspaces
from bot.domain.errors import Busy
from bot.offers import Offer
from bot.ports import GiveUp, RetryLater, Sent, Showable


class Switchboard:
    """`bot.ports.CardChannel` over every workspace; a destination that names none is in the home."""

    def __init__(self, workspaces: Workspaces) -> None:
        self._workspaces = workspaces

    @property
    def platform(self) -> str:
        """`slack`."""
        return PLATFORM

    async def post(self, destination: str, card: Showable) -> Sent:
        """Put a new copy up."""
        channel = await self._channel(destination)
        return await channel.post(destination, card) if isinstance(channel, SlackChannel) else channel

    async def find(self, destination: str, shows: str, since: datetime) -> str | None:
        """Search what the bot posted since; raises `SlackUnavailable` when that cannot be known now."""
        channel = await self._channel(destination)
        if isinstance(channel, RetryLater):
            raise SlackUnavailable(channel.why)
        if isinstance(channel, GiveUp):
            return None
        return await channel.find(destination, shows, since)

    async def redraw(self, destination: str, message: str, card: Showable) -> Sent:
        """Replace what the copy shows."""
        channel = await self._channel(destination)
        return (
            await channel.redraw(destination, message, card) if isinstance(channel, SlackChannel) else channel
        )

    async def ping(self, destination: str, message: str, line: str, people: Sequence[str]) -> Sent:
        """Say the line in the card's thread."""
        channel = await self._channel(destination)
        if not isinstance(channel, SlackChannel):
            return channel
        return await channel.ping(destination, message, line, people)

    async def tell(self, address: str, sentence: str, link: str = "", offers: Sequence[Offer] = ()) -> Sent:
        """Answer one person, in the workspace in which they pressed."""
        channel = await self._channel(address)
        return (
            await channel.tell(address, sentence, link, offers)
            if isinstance(channel, SlackChannel)
            else channel
        )

    async def _channel(self, address: str) -> SlackChannel | GiveUp | RetryLater:
        try:
            found = await self._workspaces.outbound(team_of(address), address)
        except Busy as error:
            return RetryLater(why=error.sentence)
        return found if isinstance(found, GiveUp) else found.channel
