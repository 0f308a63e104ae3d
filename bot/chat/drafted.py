"""What a press means that carries a draft: an edit, or a correction of what was decided."""

from __future__ import annotations

from dataclasses import replace

from bot.chat.presses import Wanted
from bot.domain.choice import Choice
from bot.domain.moves import Edited, Presser
from bot.domain.ratings import Grade, Rated
from bot.edits import Edits


async def filled(wanted: Wanted, edits: Edits, presser: Presser) -> tuple[Wanted, Edited | None]:
    """The press with what its draft comes to; raises what `Edits` and `Corrections` raise."""
    if wanted.draft is None:
        return wanted, None
    if wanted.choice is Choice.EDIT:
        return wanted, await edits.edited(wanted.draft, presser)
    correction = await edits.corrections.correction(wanted.draft, presser)
    return replace(wanted, rated=Rated(grade=Grade.WRONG, correction=correction)), None
