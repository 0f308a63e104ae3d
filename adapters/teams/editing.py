"""Editing in Teams: the form, what it changes, and back again, each in place of the shared card."""

from __future__ import annotations

from adapters.teams import edit_views
from adapters.teams.blocks import Block
from adapters.teams.identity import Accounts
from adapters.teams.names import DRAFT, REFERENCE
from adapters.teams.payload import Activity, Pressed
from bot.approvals import Approvals
from bot.chat.names import ACTIONS, EDIT_BACK, EDIT_VIEW
from bot.domain.card import Press
from bot.edit_views import Review
from bot.edits import Edits

#: verbs that show something of an edit and decide nothing
VERBS = frozenset({ACTIONS[Press.EDIT], EDIT_VIEW, EDIT_BACK})


class Editing:
    """Draws what a person edits; raises what the use cases raise."""

    def __init__(self, *, edits: Edits, approvals: Approvals, accounts: Accounts) -> None:
        self._edits = edits
        self._approvals = approvals
        self._accounts = accounts

    async def view(self, activity: Activity, pressed: Pressed) -> Block:
        """What a button of an edit shows."""
        if pressed.verb == EDIT_VIEW:
            return await self._review(activity, pressed)
        if pressed.verb == EDIT_BACK:
            return await self.again(activity, pressed)
        reference = self._approvals.reference(pressed.text(REFERENCE))
        presser = await self._accounts.presser(activity)
        return edit_views.form(await self._edits.begin(reference.request_id, presser))

    async def again(self, activity: Activity, pressed: Pressed) -> Block:
        """The form with what its draft holds typed into it, over the arguments as they are now."""
        named = self._edits.reference(pressed.text(DRAFT))
        presser = await self._accounts.presser(activity)
        return edit_views.form(await self._edits.begin(named.request_id, presser, draft=named.draft_id))

    async def _review(self, activity: Activity, pressed: Pressed) -> Block:
        reference = self._approvals.reference(pressed.text(REFERENCE))
        presser = await self._accounts.presser(activity)
        found = await self._edits.review(
            reference.request_id,
            reference.revision,
            presser,
            edit_views.sent(pressed),
            draft=pressed.text(DRAFT) or None,
        )
        if isinstance(found, Review):
            return edit_views.changes(found, pressed.text(REFERENCE))
        return edit_views.form(found)
