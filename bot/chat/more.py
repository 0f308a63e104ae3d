"""What the form behind More… sends, on its way to the domain."""

from __future__ import annotations

from dataclasses import dataclass

from bot.chat.presses import MOST_WORDS, Incomplete
from bot.domain import more
from bot.domain.choice import Choice
from bot.domain.errors import Invalid
from bot.domain.text import inert

#: characters of the longest id of a person
_LONGEST_ID = 200

_MOVES = {choice.value: choice for choice in more.MOVES}


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """One move, with what it needs."""

    choice: Choice
    words: str = ""
    #: the id of a person in the policy
    to: str | None = None


def chosen(move: str, said: str, to: str) -> Chosen:
    """What was chosen; raises `Incomplete` where something is left out, `Invalid` for what is not ours."""
    if not move:
        raise Incomplete(more.CHOOSE)
    choice = _MOVES.get(move)
    if choice is None or len(to) > _LONGEST_ID:
        raise Invalid("This form is not one of ours any more, so nothing was recorded. Open it again.")
    words = inert(said, limit=MOST_WORDS)
    if choice is Choice.ASK and not words:
        raise Incomplete(more.WRITE)
    if choice is Choice.HAND_OVER and not to:
        raise Incomplete(more.TO_WHOM)
    return Chosen(choice=choice, words=words, to=to if choice is Choice.HAND_OVER else None)
