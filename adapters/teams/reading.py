"""What a person may read of a request, drawn for them alone; every failure becomes a card with a sentence."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any

from adapters.teams import cards, more, views
from adapters.teams.blocks import Block
from adapters.teams.identity import Accounts
from adapters.teams.names import BACK, PAGE, READ, REFERENCE
from adapters.teams.payload import Activity, Malformed, Pressed
from adapters.teams.presses import press_id
from bot.approvals import Approvals
from bot.chat.names import ACTIONS, DETAILS_VIEW, REASON, REJECT_VIEW, REVIEW_PAGE, WORDS
from bot.chat.reading import Opening, Reader
from bot.domain.card import Card, Press
from bot.domain.directory import Directory

UNKNOWN_BUTTON = "This button is not known to this version of Placet; nothing was recorded."
#: characters of the longest reference that a button carries
MOST_REFERENCE = 200

_OPENS = {ACTIONS[Press.DETAILS]: Press.DETAILS, ACTIONS[Press.REVIEW]: Press.REVIEW}
_TURNS = {DETAILS_VIEW: Press.DETAILS, REVIEW_PAGE: Press.REVIEW}


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
        self._reader = Reader(approvals=approvals, directory=directory, patience=patience)

    async def view(self, activity: Activity, pressed: Pressed) -> Block:
        """What a button shows that decides nothing; raises `Malformed` for one that is not ours."""
        press = _OPENS.get(pressed.verb) or _TURNS.get(pressed.verb)
        if press is not None:
            work = self._packet(press, activity, pressed)
        elif pressed.verb == ACTIONS[Press.REJECT]:
            work = self.reject_form(pressed)
        elif pressed.verb == ACTIONS[Press.MORE]:
            work = self.more_form(activity, pressed)
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

    async def more_form(self, activity: Activity, pressed: Pressed, notice: str = "") -> Block:
        """The form with everything else, with what was written in it already."""
        reference = self._approvals.reference(pressed.text(REFERENCE))
        presser = await self._accounts.presser(activity)
        return more.form(await self._reader.more(reference, presser.identity), pressed, notice)

    async def within_patience(self, work: Coroutine[Any, Any, Block], pressed: Pressed) -> Block:
        """What is drawn, or a sentence when the database takes too long or the request is not for them."""
        return await self._reader.within_patience(work, lambda told: _note(told, pressed))

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
        presser = await self._accounts.presser(activity)
        opening = Opening(
            press=press,
            reference=self._approvals.reference(pressed.text(REFERENCE)),
            command_id=press_id(activity),
            identity=presser.identity,
            presser=lambda: self._accounts.presser(activity),
        )
        return await self._reader.open(opening)


def _note(sentence: str, pressed: Pressed) -> Block:
    reference = pressed.data.get(REFERENCE)
    is_ours = isinstance(reference, str) and len(reference) <= MOST_REFERENCE
    return views.note("Placet", sentence, reference=str(reference) if is_ours else "")
