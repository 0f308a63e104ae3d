"""What of an edit's form fits a platform's window; the rest is edited in the browser, as it says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bot.chat.words import counted
from bot.domain.card_footer import DIGEST_SHOWN
from bot.domain.differences import Difference
from bot.domain.form import Field
from bot.domain.word_diff import Run, RunKind, condensed
from bot.edit_views import EditForm, Review

#: names of the fields in a sentence
_NAMED = 3

TOO_MUCH = "This changes more than fits here, so it can be looked at and approved in the browser only."


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """The fields that are shown, and a sentence about the others; empty where there are none."""

    fields: tuple[Field, ...]
    left: str


def shown(edit: EditForm, fits: Callable[[Field], int | None], room: int, most: int) -> Shown:
    """As many fields as fit, at the most so many.

    `fits` says how much of the room one takes up, None where it never fits.
    """
    kept: list[Field] = []
    left: list[Field] = []
    for each in edit.form:
        needed = fits(each)
        if needed is None or needed > room or len(kept) >= most:
            left.append(each)
        else:
            kept.append(each)
            room -= needed
    return Shown(fields=tuple(kept), left=_about(left, edit))


def unplaced(edit: EditForm, fields: tuple[Field, ...]) -> str:
    """What is wrong that no shown field can tell."""
    keys = {each.key for each in fields}
    labels = {each.key: each.label for each in edit.form}
    told = (
        f"{labels[key]}: {sentence}" if key in labels else sentence
        for key, sentence in edit.errors.items()
        if key not in keys
    )
    return " ".join(told)


def lines(difference: Difference) -> Iterator[tuple[RunKind, str]]:
    """A short difference as lines: what goes, and what comes."""
    if difference.before is not None:
        yield RunKind.GONE, difference.before
    if difference.after is not None:
        yield RunKind.NEW, difference.after


def runs(difference: Difference) -> tuple[Run, ...]:
    """A redrafted text, with as much of what stays as one needs to read what changes."""
    return condensed(difference.words)


def others(review: Review) -> str:
    """What is to be said of the arguments that stay as they are."""
    changed = {each.path for each in review.differences}
    stay = sum(line.path not in changed for line in review.arguments)
    return f"Everything else stays as it is: {counted(stay, 'argument')}." if stay else ""


def digest(review: Review) -> str:
    """As much of the digest as one compares by eye with a card's footer; a correction is no revision."""
    shown = review.digest[:DIGEST_SHOWN]
    return shown if review.is_correction else f"revision {review.revision + 1} · {shown}"


def _about(left: list[Field], edit: EditForm) -> str:
    count = len(left) + edit.form.left_out
    if not count:
        return ""
    named = ", ".join(each.label for each in left[:_NAMED])
    more = "" if count <= _NAMED else " …"
    what = "does not fit here and stays as it is" if count == 1 else "do not fit here and stay as they are"
    return f"{counted(count, 'argument')} {what} ({named}{more}); change them in the browser."
