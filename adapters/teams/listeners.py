"""Answers what people do in Teams. By the time a listener runs, what decides is recorded."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

from adapters.teams import cards, views
from adapters.teams.addresses import write_person
from adapters.teams.answers import TAKEN, Answered, refused, shown
from adapters.teams.blocks import Block
from adapters.teams.channel import TeamsChannel
from adapters.teams.editing import Editing
from adapters.teams.names import REFERENCE
from adapters.teams.payload import INVOKE, Activity, Malformed, Pressed
from adapters.teams.reading import Reading
from bot.approvals import Approvals
from bot.batches import Turn
from bot.chat import recording
from bot.chat.background import Background
from bot.chat.names import (
    ACTIONS,
    CHANGES_VIEW,
    CORRECTION_VIEW,
    DISAGREE_VIEW,
    MORE_VIEW,
    OVERRIDE_VIEW,
    RATE_VIEW,
)
from bot.chat.recording import Recorded
from bot.chat.why import BY_VIEW, REJECT
from bot.domain.card import Press
from bot.domain.rating import is_wrong_by
from bot.domain.refusing import ALREADY
from bot.domain.request import ApprovalRequest
from bot.ports import Done, Moved

_TITLE = "Placet"
#: what the card alone does not show to have been done
_TOLD = (
    MORE_VIEW,
    CHANGES_VIEW,
    OVERRIDE_VIEW,
    DISAGREE_VIEW,
    RATE_VIEW,
    CORRECTION_VIEW,
    ACTIONS[Press.AGREE],
)

_log = logging.getLogger(__name__)


class Listeners:
    """Draws what the presser sees, and sends it where Teams does not take it as an answer."""

    def __init__(
        self,
        *,
        approvals: Approvals,
        reading: Reading,
        editing: Editing,
        channel: TeamsChannel,
        background: Background,
    ) -> None:
        self._editing = editing
        self._approvals = approvals
        self._reading = reading
        self._channel = channel
        self._background = background

    async def answer(self, activity: Activity, pressed: Pressed, recorded: Recorded | None) -> Answered:
        """The answer to a button; everybody else sees the shared card follow by itself."""
        try:
            drawn = await self._drawn(activity, pressed, recorded)
        except Malformed as error:
            return self._refuse(activity, error.sentence)
        if recorded is not None and recorded.late is not None:
            self._background.start(self._follow(activity, recorded.late))
        if activity.type == INVOKE:
            return shown(drawn)
        if recorded is None or recorded.moved is None or not recorded.moved.answer.accepted:
            self._background.start(self._show(activity, drawn, _TITLE))
        return TAKEN

    async def _drawn(self, activity: Activity, pressed: Pressed, recorded: Recorded | None) -> Block:
        if recorded is None:
            return await self._reading.view(activity, pressed)
        if recorded.is_incomplete:
            form = self._form_again(activity, pressed, recorded)
            return await self._reading.within_patience(form, pressed)
        if _is_overtaken(pressed, recorded):
            return await self._reading.within_patience(self._editing.again(activity, pressed), pressed)
        if recorded.moved is not None and recorded.moved.request is not None:
            work = self._decided(activity, pressed, recorded.moved, recorded.moved.request)
            return await self._reading.within_patience(work, pressed)
        return views.note(_TITLE, recorded.sentence, reference=_reference(pressed))

    def _form_again(
        self, activity: Activity, pressed: Pressed, recorded: Recorded
    ) -> Coroutine[Any, Any, Block]:
        if pressed.verb == MORE_VIEW:
            return self._reading.more_form(activity, pressed, recorded.sentence)
        if pressed.verb == RATE_VIEW:
            return self._reading.rate_form(activity, pressed, recorded.sentence)
        return self._reading.why_form(BY_VIEW.get(pressed.verb, REJECT), activity, pressed, views.CHOOSE)

    async def _decided(
        self, activity: Activity, pressed: Pressed, moved: Moved, request: ApprovalRequest
    ) -> Block:
        """The card as it stands now, under why the press changed nothing, or what a form did.

        In a batch it is turned by hand: a second click on the same spot would decide what nobody has read.
        """
        reference = self._approvals.reference(pressed.text(REFERENCE))
        if reference.batch is not None:
            return await self._reading.own_view(activity, pressed, Turn.HERE, moved.answer)
        if is_wrong_by(moved.answer):
            return await self._editing.correct(activity, pressed)
        is_news = moved.answer.accepted and moved.answer.code != ALREADY
        if not is_news and not await self._reading.shows(activity, request.id):
            return views.refusal(moved.answer.sentence)
        card = await self._approvals.card(request.id, is_own=reference.is_own)
        if not moved.answer.accepted:
            return views.refusal(moved.answer.sentence, card)
        is_told = pressed.verb in _TOLD
        return views.taken(moved.answer.sentence, card) if is_told else cards.draw_card(card)

    def _refuse(self, activity: Activity, sentence: str) -> Answered:
        if activity.type == INVOKE:
            return refused(sentence)
        self._background.start(self._tell(activity, sentence))
        return TAKEN

    async def _follow(self, activity: Activity, late: asyncio.Task[Moved]) -> None:
        """Tell what a slow commit came to."""
        await asyncio.wait((late,))
        result = recording.settled(late)
        await self._tell(activity, result.moved.answer.sentence if result.moved else result.sentence)

    async def _tell(self, activity: Activity, sentence: str) -> None:
        sent = await self._channel.tell(_own_chat(activity), sentence)
        if not isinstance(sent, Done):
            _log.warning("Somebody could not be told: %s", sent.why)

    async def _show(self, activity: Activity, drawn: Block, summary: str) -> None:
        sent = await self._channel.show(_own_chat(activity), drawn, summary)
        if not isinstance(sent, Done):
            _log.warning("Somebody could not be shown what they asked for: %s", sent.why)


def _is_overtaken(pressed: Pressed, recorded: Recorded) -> bool:
    """Whether others changed the arguments before this edit of them."""
    return (
        pressed.verb == CHANGES_VIEW and recorded.moved is not None and recorded.moved.answer.code == "stale"
    )


def _own_chat(activity: Activity) -> str:
    return write_person((activity.sender.aad_object_id or "").lower())


def _reference(pressed: Pressed) -> str:
    found = pressed.data.get(REFERENCE)
    return found if isinstance(found, str) else ""
