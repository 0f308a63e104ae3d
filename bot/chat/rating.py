"""What the form of a rating sends, on its way to the domain."""

from __future__ import annotations

from dataclasses import dataclass

from bot.chat.presses import MOST_WORDS, Incomplete, reason_of
from bot.domain import rate_form
from bot.domain.errors import Invalid
from bot.domain.ratings import Grade, Rated
from bot.domain.request import Reason
from bot.domain.text import inert

_GRADES = {grade.value: grade for grade in Grade}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A rating, as far as it was filled in."""

    rated: Rated
    reason: Reason | None
    words: str


def sent(grade: str, reason: str, said: str) -> Sent:
    """What was filled in; raises `Incomplete` where something is left out, `Invalid` for what is not ours."""
    if not grade or (grade == Grade.WRONG.value and not reason):
        raise Incomplete(rate_form.CHOOSE)
    if grade not in _GRADES:
        raise Invalid("This form is not one of ours any more, so nothing was recorded. Open it again.")
    is_wrong = _GRADES[grade] is Grade.WRONG
    return Sent(
        rated=Rated(grade=_GRADES[grade]),
        reason=reason_of(reason, "") if is_wrong else None,
        words=inert(said, limit=MOST_WORDS),
    )
