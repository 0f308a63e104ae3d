"""Edits by the references that views and cards carry: the same on every chat platform."""

from __future__ import annotations

from dataclasses import dataclass

from bot.approvals import Approvals
from bot.domain.form import Values
from bot.domain.moves import Presser
from bot.edit_views import EditForm, Forms, Review


@dataclass(frozen=True, slots=True, kw_only=True)
class Editor:
    """Opens and reviews edits; raises what `Edits` raises, and what a forged reference raises."""

    edits: Forms
    approvals: Approvals

    async def begin(self, reference: str, presser: Presser) -> EditForm:
        """The form of the card whose button was pressed."""
        named = self.approvals.reference(reference)
        return await self.edits.begin(named.request_id, presser)

    async def again(self, reference: str, presser: Presser) -> EditForm:
        """The form with what its draft holds typed into it, over the arguments as they are now."""
        named = self.edits.reference(reference)
        return await self.edits.begin(named.request_id, presser, draft=named.draft_id)

    async def review(self, reference: str, presser: Presser, typed: Values, draft: str) -> Review | EditForm:
        """What the form changes, or the form again; `draft` is empty for one that was filled anew."""
        named = self.approvals.reference(reference)
        return await self.edits.review(named.request_id, named.revision, presser, typed, draft=draft or None)
