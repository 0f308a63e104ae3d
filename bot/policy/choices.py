"""What an agent may offer reviewers; saying no is always among it."""

from __future__ import annotations

from bot.domain.errors import Invalid
from bot.spelling import did_you_mean, listed

EVERY = ("approve", "edit", "reject", "escalate")


def choices_of(asked: tuple[str, ...] | None) -> tuple[str, ...]:
    """The choices of a request; raises Invalid for unknown ones and where nobody could say yes or no."""
    if asked is None:
        return EVERY
    for choice in asked:
        if choice not in EVERY:
            remedy = did_you_mean(choice, EVERY) or f" Write {listed(EVERY, 'or')}."
            raise Invalid(f'"{choice}" is no choice.{remedy}', field="choices")
    if "reject" not in asked or not {"approve", "edit"} & set(asked):
        raise Invalid(
            "choices has to hold reject, and approve or edit; whoever is asked has to be able to say no.",
            field="choices",
        )
    return tuple(choice for choice in EVERY if choice in asked)
