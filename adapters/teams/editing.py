"""Editing in Teams: the form, what it changes, and back again, each in place of the shared card."""

from __future__ import annotations

from adapters.teams import edit_views
from adapters.teams.blocks import Block
from adapters.teams.identity import Accounts
from adapters.teams.names import DRAFT, REFERENCE
from adapters.teams.payload import Activity, Pressed
from bot.approvals import Approvals
from bot.chat.editing import Editor
from bot.chat.names import ACTIONS, CORRECT_BACK, CORRECT_VIEW, EDIT_BACK, EDIT_VIEW
from bot.domain.card import Press
from bot.edit_views import Review
from bot.edits import Edits

#: verbs that show something of an edit and decide nothing
VERBS = frozenset({ACTIONS[Press.EDIT], EDIT_VIEW, EDIT_BACK, CORRECT_VIEW, CORRECT_BACK})


class Editing:
    """Draws what a person edits; raises what the use cases raise."""

    def __init__(self, *, edits: Edits, approvals: Approvals, accounts: Accounts) -> None:
        self._editor = Editor(edits=edits, approvals=approvals)
        self._corrector = Editor(edits=edits.corrections, approvals=approvals)
        self._accounts = accounts

    async def view(self, activity: Activity, pressed: Pressed) -> Block:
        """What a button of an edit shows."""
        if pressed.verb in (EDIT_VIEW, CORRECT_VIEW):
            return await self._review(activity, pressed)
        if pressed.verb in (EDIT_BACK, CORRECT_BACK):
            return await self.again(activity, pressed)
        presser = await self._accounts.presser(activity)
        return edit_views.form(await self._editor.begin(pressed.text(REFERENCE), presser))

    async def again(self, activity: Activity, pressed: Pressed) -> Block:
        """The form with what its draft holds typed into it, over the arguments as they are now."""
        presser = await self._accounts.presser(activity)
        return edit_views.form(await self._of(pressed).again(pressed.text(DRAFT), presser))

    async def correct(self, activity: Activity, pressed: Pressed) -> Block:
        """The form in which somebody says what it should have been."""
        presser = await self._accounts.presser(activity)
        return edit_views.form(await self._corrector.begin(pressed.text(REFERENCE), presser))

    def _of(self, pressed: Pressed) -> Editor:
        return self._corrector if pressed.verb in (CORRECT_VIEW, CORRECT_BACK) else self._editor

    async def _review(self, activity: Activity, pressed: Pressed) -> Block:
        presser, reference = await self._accounts.presser(activity), pressed.text(REFERENCE)
        found = await self._of(pressed).review(
            reference, presser, edit_views.sent(pressed), pressed.text(DRAFT)
        )
        if isinstance(found, Review):
            return edit_views.changes(found, reference)
        return edit_views.form(found)
