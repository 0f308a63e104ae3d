"""What a person may read of a request, drawn for them alone; every failure becomes a card with a sentence."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from dataclasses import replace
from datetime import timedelta
from typing import Any

from adapters.teams import cards, views
from adapters.teams.blocks import Block
from adapters.teams.identity import Accounts
from adapters.teams.names import (
    ACTIONS,
    BACK,
    DETAILS_VIEW,
    PAGE,
    READ,
    REASON,
    REFERENCE,
    REJECT_VIEW,
    REVIEW_PAGE,
    WORDS,
)
from adapters.teams.payload import Activity, Malformed, Pressed
from adapters.teams.presses import press_id
from bot.approvals import Approvals
from bot.domain.card import Card, Press
from bot.domain.directory import Directory
from bot.domain.errors import NotFound, PlacetError
from bot.domain.moves import OpenView

UNREADABLE = "Placet cannot reach its database right now; go back and try again in a moment."
NOT_YOURS = "You are not among the people who may see this request."
UNKNOWN_BUTTON = "This button is not known to this version of Placet; nothing was recorded."
#: characters of the longest reference that a button carries
MOST_REFERENCE = 200

_OPENS = {ACTIONS[Press.DETAILS]: Press.DETAILS, ACTIONS[Press.REVIEW]: Press.REVIEW}
_TURNS = {DETAILS_VIEW: Press.DETAILS, REVIEW_PAGE: Press.REVIEW}

_log = logging.getLogger(__name__)


class Reading:
    """Draws forms and packets for those who may see them."""

    def __init__(
        self,
        *,
        approvals: Approvals,
        accounts: Accounts,
        directory: Callable[[], Directory],
        patience: timedelta,
    ) -> None:
        self._approvals = approvals
        self._accounts = accounts
        self._directory = directory
        self._patience = patience.total_seconds()

    async def view(self, activity: Activity, pressed: Pressed) -> Block:
        """What a button shows that decides nothing; raises `Malformed` for one that is not ours."""
        press = _OPENS.get(pressed.verb) or _TURNS.get(pressed.verb)
        if press is not None:
            work = self._packet(press, activity, pressed)
        elif pressed.verb == ACTIONS[Press.REJECT]:
            work = self.reject_form(pressed)
        elif pressed.verb == BACK:
            work = self._shared(pressed)
        else:
            raise Malformed(UNKNOWN_BUTTON)
        return await self.within_patience(work, pressed)

    async def reject_form(self, pressed: Pressed, notice: str = "") -> Block:
        """The form that asks why, with what was written in it already."""
        card = await self._card(pressed)
        is_back = pressed.verb == REJECT_VIEW
        reason, said = (pressed.text(REASON), pressed.text(WORDS)) if is_back else ("", "")
        return views.reject_form(card, notice=notice, reason=reason, words=said)

    async def within_patience(self, work: Coroutine[Any, Any, Block], pressed: Pressed) -> Block:
        """What is drawn, or a sentence when the database takes too long or the request is not for them."""
        task = asyncio.create_task(work)
        await asyncio.wait((task,), timeout=self._patience)
        if not task.done():
            task.cancel()
            return _note(UNREADABLE, pressed)
        error = task.exception()
        if error is None:
            return task.result()
        if isinstance(error, PlacetError):
            return _note(error.sentence, pressed)
        _log.error("A packet could not be read.", exc_info=error)
        return _note(UNREADABLE, pressed)

    async def _shared(self, pressed: Pressed) -> Block:
        return cards.draw_card(await self._card(pressed))

    async def _card(self, pressed: Pressed) -> Card:
        """The card as it stands, which whoever pressed one of its buttons sees already."""
        return await self._approvals.card(self._approvals.reference(pressed.text(REFERENCE)).request_id)

    async def _packet(self, press: Press, activity: Activity, pressed: Pressed) -> Block:
        card = await self._open(press, activity, pressed)
        if pressed.verb not in _TURNS or not pressed.text(READ):
            return views.packet(press, card)
        return views.turned(press, card, pressed.number(PAGE), pressed.text(READ))

    async def _open(self, press: Press, activity: Activity, pressed: Pressed) -> Card:
        """The card as it stands, after recording who opened it; raises `NotFound` for strangers."""
        reference = self._approvals.reference(pressed.text(REFERENCE))
        presser = await self._accounts.presser(activity)
        person = self._directory().person_with(presser.identity)
        if person is None or not await self._approvals.may_see(reference.request_id, person.id):
            raise NotFound(NOT_YOURS)
        if press is not Press.REVIEW:
            return await self._approvals.card(reference.request_id)
        move = OpenView(
            request_id=reference.request_id,
            command_id=press_id(activity),
            presser=presser,
            revision=reference.revision,
        )
        card = await self._approvals.open_view(move)
        if card.revision == move.revision:
            return card
        # The arguments were changed since that card was drawn: what opens is the new revision.
        newer = replace(move, command_id=f"{move.command_id}:{card.revision}", revision=card.revision)
        return await self._approvals.open_view(newer)


def _note(sentence: str, pressed: Pressed) -> Block:
    reference = pressed.data.get(REFERENCE)
    is_ours = isinstance(reference, str) and len(reference) <= MOST_REFERENCE
    return views.note("Placet", sentence, reference=str(reference) if is_ours else "")
