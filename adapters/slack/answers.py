"""Tells people what became of their press, where the outbox does not."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

from adapters.slack import presses, views
from adapters.slack.channel import SlackChannel
from adapters.slack.client import Refused, SlackClient, Unreachable
from adapters.slack.paging import Paging
from adapters.slack.payload import Interaction
from adapters.slack.views import View
from bot.chat import recording
from bot.chat.background import Background
from bot.chat.names import CONFIRM
from bot.chat.recording import Recorded
from bot.domain.confirming import UNCONFIRMED
from bot.domain.text import one_line
from bot.domain.transition import DONE
from bot.ports import Done, Moved

Ack: TypeAlias = Callable[..., Awaitable[Any]]

RECORDED = "Recorded"
TOO_SLOW = "Slack took too long to open the window; nothing was recorded. Press again."

#: characters of what a recorded press was about
_ABOUT = 300

_log = logging.getLogger(__name__)


class Answers:
    """Answers in views and in private messages."""

    def __init__(
        self, *, client: SlackClient, channel: SlackChannel, paging: Paging, background: Background
    ) -> None:
        self._client = client
        self._channel = channel
        self._paging = paging
        self._background = background

    def view(self, title: str, recorded: Recorded) -> View:
        """What a submitted view turns into."""
        if recorded.moved is None:
            return views.note(title, recorded.sentence)
        answer, request = recorded.moved.answer, recorded.moved.request
        about = one_line(request.proposal.summary, _ABOUT) if request else ""
        return views.note(RECORDED if answer.accepted else title, answer.sentence, about)

    async def submitted(self, ack: Ack, interaction: Interaction, recorded: Recorded, title: str) -> None:
        """Turn the submitted view into what its press came to, now or when that is known.

        Without the right word in it, it stays open.
        """
        if recorded.moved is not None and _lacks_word(interaction, recorded.moved):
            await ack(response_action="errors", errors=views.errors(recorded.moved.answer.sentence, CONFIRM))
            return
        await ack(response_action="update", view=self.view(title, recorded))
        if recorded.late is not None:
            self.follow(interaction, recorded, title)
        self._background.start(self._paging.go_on(interaction, recorded))

    def follow(self, interaction: Interaction, recorded: Recorded, title: str = "") -> None:
        """Tell now what is known, and later what a slow commit came to; with a title, in the view."""
        self._background.start(self._follow(interaction, recorded, title))

    async def replace(self, view_id: str, view: View) -> bool:
        """Put something else into an open view; False when it was closed meanwhile."""
        try:
            await self._client.ask(lambda web: web.views_update(view_id=view_id, view=view))
        except (Refused, Unreachable) as error:
            _log.info("A view could not be changed: %s", error)
            return False
        return True

    async def _follow(self, interaction: Interaction, recorded: Recorded, title: str) -> None:
        address = presses.later_address(interaction)
        if not title:
            await self._tell(address, recorded.sentence)
        if recorded.late is None:
            return
        await asyncio.wait((recorded.late,))
        result = recording.settled(recorded.late)
        if title and interaction.view and await self.replace(interaction.view.id, self.view(title, result)):
            return
        # A refused press is told by the outbox; one that was simply taken, by nobody else.
        if title or result.moved is None or result.moved.answer.code == DONE.code:
            await self._tell(address, result.moved.answer.sentence if result.moved else result.sentence)

    async def _tell(self, address: str, sentence: str) -> None:
        sent = await self._channel.tell(address, sentence)
        if not isinstance(sent, Done):
            _log.warning("Somebody could not be told: %s", sent.why)


def _lacks_word(interaction: Interaction, moved: Moved) -> bool:
    """Whether what is missing can be typed into the view as it is open."""
    view = interaction.view
    return view is not None and moved.answer.code == UNCONFIRMED and CONFIRM in view.state.values
