"""Puts the answer to what somebody said where it belongs: into the thread, or into their own chat."""

from __future__ import annotations

import logging
from collections import OrderedDict
from dataclasses import dataclass
from typing import Self

from adapters.teams import lines
from adapters.teams.addresses import write_person
from adapters.teams.channel import TeamsChannel
from adapters.teams.client import TeamsClient
from adapters.teams.http import TeamsRefused, TeamsUnavailable
from adapters.teams.messages import message
from adapters.teams.payload import Activity
from bot.chat.hearing import Tell
from bot.conversations import PERSONAL
from bot.ports import Done
from bot.speaking import Heard

#: offers in people's own chats whose origin is remembered
MOST_REMEMBERED = 1000
CLOSED = Heard(
    lines=("I could not answer you privately: add the app for yourself in Teams, then say it again.",)
)

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """Where somebody spoke."""

    service_url: str
    #: as it came: its id names the thread that was spoken in
    conversation: str
    #: the message that is answered
    message: str
    is_personal: bool
    #: Entra object id of whoever spoke
    account: str

    @classmethod
    def of(cls, activity: Activity) -> Self:
        """Where an activity happened."""
        return cls(
            service_url=activity.service_url,
            conversation=activity.conversation.id,
            message=activity.id or "",
            is_personal=activity.conversation.conversation_type == PERSONAL,
            account=(activity.sender.aad_object_id or "").lower(),
        )


class Replies:
    """Answers in threads and in people's own chats with the bot."""

    def __init__(self, *, client: TeamsClient, channel: TeamsChannel) -> None:
        self._client = client
        self._channel = channel
        self._asked: OrderedDict[str, Where] = OrderedDict()

    def asked_at(self, offer: str) -> Where | None:
        """Where that was said whose private answer offered this; None when it is long ago."""
        return self._asked.get(offer)

    def to(self, where: Where) -> Tell:
        """Tells what was heard there."""

        async def tell(heard: Heard) -> None:
            await self.send(where, heard)

        return tell

    async def send(self, where: Where, heard: Heard) -> None:
        """Answer; what Teams does not take is logged."""
        if heard.private and not where.is_personal:
            summary = lines.summary_of(" ".join(heard.lines))
            sent = await self._channel.show(write_person(where.account), lines.heard(heard), summary)
            if isinstance(sent, Done):
                self._remember(where, heard)
                return
            _log.warning("Somebody could not be answered privately: %s", sent.why)
            heard = CLOSED
        await self.openly(where, heard)

    def _remember(self, where: Where, heard: Heard) -> None:
        for offer in heard.offers:
            self._asked[offer.reference] = where
        while len(self._asked) > MOST_REMEMBERED:
            self._asked.popitem(last=False)

    async def openly(self, where: Where, heard: Heard) -> None:
        """Answer where it was said."""
        said = message(lines.heard(heard), lines.summary_of(" ".join(heard.lines)))
        try:
            await self._client.send(where.service_url, where.conversation, said, where.message or None)
        except (TeamsRefused, TeamsUnavailable) as error:
            _log.warning("Somebody who spoke to the bot could not be answered: %s", error)
