"""What a person may read of a request, drawn for them alone; every failure becomes a card with a sentence."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from datetime import timedelta
from typing import Any

from adapters.teams import batch_cards, cards, more, parts, rating, views
from adapters.teams.addresses import write_message
from adapters.teams.blocks import Block
from adapters.teams.editing import VERBS, Editing
from adapters.teams.identity import Accounts
from adapters.teams.names import BACK, PAGE, PLATFORM, READ, REFERENCE
from adapters.teams.payload import INVOKE, Activity, Malformed, Pressed
from adapters.teams.presses import press_id
from bot.approvals import Approvals
from bot.batches import Turn
from bot.chat.batches import TURNS
from bot.chat.names import ACTIONS, CORRECT_VIEW, DETAILS_VIEW, EDIT_VIEW, REASON, REVIEW_PAGE, WORDS
from bot.chat.reading import NOT_YOURS, Opening, Reader
from bot.chat.why import FORMS, WhyForm
from bot.domain.card import Card, Press
from bot.domain.directory import Directory
from bot.domain.errors import Conflict, NotFound
from bot.domain.transition import Answer

UNKNOWN_BUTTON = "This button is not known to this version of Placet; nothing was recorded."
ONLY_IN_BROWSER = "This Teams cannot show it to you alone; open the request in the browser."
#: characters of the longest reference that a button carries
MOST_REFERENCE = 200

_OPENS = {ACTIONS[Press.DETAILS]: Press.DETAILS, ACTIONS[Press.REVIEW]: Press.REVIEW}
_ASKS_WHY = {ACTIONS[form.press]: form for form in FORMS}
_WHERE = {ACTIONS[press]: turn for press, turn in TURNS.items()}
_TURNS = {DETAILS_VIEW: Press.DETAILS, REVIEW_PAGE: Press.REVIEW}


class Reading:
    """Draws forms and packets for those who may see them."""

    def __init__(
        self,
        *,
        approvals: Approvals,
        editing: Editing,
        accounts: Accounts,
        directory: Callable[[], Directory],
        patience: timedelta,
    ) -> None:
        self._approvals = approvals
        self._editing = editing
        self._accounts = accounts
        self._reader = Reader(approvals=approvals, directory=directory, patience=patience)
        self._forms: Mapping[str, Callable[[Activity, Pressed], Coroutine[Any, Any, Block]]] = {
            ACTIONS[Press.MORE]: self.more_form,
            ACTIONS[Press.REVEAL]: self._revealed,
            ACTIONS[Press.RATE]: self.rate_form,
        }

    async def view(self, activity: Activity, pressed: Pressed) -> Block:
        """What a button shows that decides nothing; raises `Malformed` for one that is not ours."""
        press = _OPENS.get(pressed.verb) or _TURNS.get(pressed.verb)
        if press is not None:
            work = self._packet(press, activity, pressed)
        elif pressed.verb in self._forms:
            work = self._forms[pressed.verb](activity, pressed)
        elif pressed.verb in _ASKS_WHY:
            work = self.why_form(_ASKS_WHY[pressed.verb], activity, pressed)
        elif pressed.verb in (EDIT_VIEW, CORRECT_VIEW):
            # A form that could not be taken stays as it is, with what was typed in it.
            return await self._reader.within_patience(self._editing.view(activity, pressed), _keep)
        elif pressed.verb in VERBS:
            work = self._editing.view(activity, pressed)
        elif pressed.verb == BACK:
            work = self._shared(activity, pressed)
        elif pressed.verb in _WHERE:
            work = self.own_view(activity, pressed, _WHERE[pressed.verb])
        elif pressed.verb == ACTIONS[Press.CLOSE]:
            work = self._list(activity, pressed)
        else:
            raise Malformed(UNKNOWN_BUTTON)
        return await self.within_patience(work, pressed)

    async def why_form(self, asked: WhyForm, activity: Activity, pressed: Pressed, notice: str = "") -> Block:
        """The form that asks why, with what was written in it already."""
        card = await self._card(activity, pressed)
        is_back = pressed.verb == asked.view
        reason, said = (pressed.text(REASON), pressed.text(WORDS)) if is_back else ("", "")
        return views.why_form(asked, card, notice=notice, reason=reason, words=said)

    async def more_form(self, activity: Activity, pressed: Pressed, notice: str = "") -> Block:
        """The form with everything else, with what was written in it already."""
        reference = self._approvals.reference(pressed.text(REFERENCE))
        presser = await self._accounts.presser(activity)
        return more.form(await self._reader.more(reference, presser.identity), pressed, notice)

    async def rate_form(self, activity: Activity, pressed: Pressed, notice: str = "") -> Block:
        """The form of a rating, with what was written in it already."""
        return rating.form(await self._card(activity, pressed), pressed, notice)

    async def within_patience(self, work: Coroutine[Any, Any, Block], pressed: Pressed) -> Block:
        """What is drawn, or a sentence when the database takes too long or the request is not for them."""
        return await self._reader.within_patience(work, lambda told: _note(told, pressed))

    async def own_view(
        self, activity: Activity, pressed: Pressed, turn: Turn, told: Answer | None = None
    ) -> Block:
        """One request of a batch card, for this person alone; raises `NotFound` for strangers."""
        reference = self._approvals.reference(pressed.text(REFERENCE))
        card = await self._approvals.batches.view(reference, turn, self._accounts.identity(activity))
        if told is None:
            return batch_cards.own_view(card)
        return batch_cards.own_view(card, told.sentence, parts.TAKEN if told.accepted else parts.REFUSED)

    async def _shared(self, activity: Activity, pressed: Pressed) -> Block:
        """What stood there before a form."""
        if self._approvals.reference(pressed.text(REFERENCE)).batch is not None:
            return await self.own_view(activity, pressed, Turn.HERE)
        return cards.draw_card(await self._card(activity, pressed))

    async def _list(self, activity: Activity, pressed: Pressed) -> Block:
        """The batch card that everybody sees."""
        batch_id = self._approvals.reference(pressed.text(REFERENCE)).batch or ""
        identity = self._accounts.identity(activity)
        return batch_cards.draw_batch(await self._approvals.batches.shared(batch_id, identity))

    async def shows(self, activity: Activity, request_id: str) -> bool:
        """Whether its card may be shown to the presser, who need not have pressed it where they say."""
        message = write_message(activity.where, activity.reply_to_id or "")
        presser = await self._accounts.presser(activity)
        return await self._reader.shows(request_id, presser.identity, PLATFORM, message)

    async def _card(self, activity: Activity, pressed: Pressed) -> Card:
        """The card as it stands; raises `NotFound` for those who may not see it where they are."""
        reference = self._approvals.reference(pressed.text(REFERENCE))
        if not await self.shows(activity, reference.request_id):
            raise NotFound(NOT_YOURS)
        is_own = reference.is_own
        return await self._approvals.card(reference.request_id, reference.batch, is_own=is_own)

    async def _revealed(self, activity: Activity, pressed: Pressed) -> Block:
        """The masked values, once it is recorded that this person is shown them."""
        reference = pressed.text(REFERENCE)
        request_id = self._approvals.reference(reference).request_id
        if activity.type != INVOKE:
            # It would be answered with a message, which stays.
            raise Conflict(ONLY_IN_BROWSER)
        presser = await self._accounts.presser(activity)
        return views.revealed(await self._approvals.reveals.reveal(request_id, presser), reference)

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


def _keep(sentence: str) -> Block:
    raise Malformed(sentence)


def _note(sentence: str, pressed: Pressed) -> Block:
    reference = pressed.data.get(REFERENCE)
    is_ours = isinstance(reference, str) and len(reference) <= MOST_REFERENCE
    return views.note("Placet", sentence, reference=str(reference) if is_ours else "")
