"""The forms of an edit: its inputs, and what it changes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from adapters.teams import blocks, cards, parts, views
from adapters.teams.blocks import Block, button, run, words
from adapters.teams.card_size import MOST, PAGE, fits, size
from adapters.teams.escape import cut, is_tame
from adapters.teams.names import DRAFT, REFERENCE, SHOWN
from adapters.teams.payload import Pressed
from bot import edit_views
from bot.chat import edit_room
from bot.chat.names import CHANGES_VIEW, CORRECT_BACK, CORRECT_VIEW, CORRECTION_VIEW, EDIT_BACK, EDIT_VIEW
from bot.domain.differences import Difference
from bot.domain.form import Field, FieldKind, Values
from bot.domain.word_diff import Run, RunKind
from bot.edit_views import EditForm, Review

TITLE = "Edit"
_TO_THE_CARD = "Back to the card"
#: bytes of all inputs together; what a form carries in its buttons needs the rest
_ROOM = PAGE - 2_000
_MOST_INPUTS = 40
_LABEL = 150
_HINT = 400
_SENTENCE = 600
#: characters of what is wrong with one input, while the card takes them; 0 says all of it above the inputs
_ERRORS = (_SENTENCE, 120, 0)
#: behind a key among those that were shown: an input that holds several keys
_SEVERAL = "*"
_LOOKS: dict[RunKind, dict[str, Any]] = {
    RunKind.KEPT: {},
    RunKind.GONE: {"strikethrough": True, "color": "Attention"},
    RunKind.NEW: {"weight": "Bolder", "color": "Good"},
}
#: no Markdown reads anything into `card_number`
_INSIDE_A_WORD = re.compile(r"(?<=[A-Za-z0-9])_(?=[A-Za-z0-9])")
_MARKS = {RunKind.KEPT: "{}", RunKind.GONE: "[−{}−]", RunKind.NEW: "[+{}+]"}
_SIGNS = {RunKind.GONE: "− ", RunKind.NEW: "+ "}


def form(edit: EditForm) -> Block:
    """The form, filled; what does not fit is left to the browser, and long errors are cut."""
    room = edit_room.shown(edit, _needed, _ROOM, _MOST_INPUTS)
    drawn = (_form(edit, room, errors) for errors in _ERRORS)
    return next((each for each in drawn if fits(each)), _form(edit, room, 0))


def _form(edit: EditForm, room: edit_room.Shown, errors: int) -> Block:
    """The same inputs whatever is wrong with them; of an error so many characters stand at its input."""
    fields = room.fields
    elsewhere = edit_room.unplaced(edit, fields if errors else ())
    told = " ".join(each for each in (edit.notice, elsewhere) if each)
    title = edit.title if edit.is_correction else TITLE
    body = [*views.heading(title, cut(told, _SENTENCE)), cards.headline(edit.headline, views.HEADLINE)]
    for number, each in enumerate(fields, start=1):
        body += _input(each, cut(edit.errors.get(each.key, ""), errors) if errors else "", number)
    actions = [views.back(edit.reference)]
    if room.left:
        body.append(parts.small_words(cut(room.left, _SENTENCE)))
    if room.left and edit.address:
        actions.insert(0, blocks.link("Edit in the browser", edit.address))
    if fields:
        kept = ",".join(f"{f.key}{_SEVERAL if f.kind is FieldKind.CHOICES else ''}" for f in fields)
        carried = {REFERENCE: edit.reference, SHOWN: kept, DRAFT: edit.draft or ""}
        verb = CORRECT_VIEW if edit.is_correction else EDIT_VIEW
        submit = button(edit_views.SEE_CHANGES, verb=verb, data=carried, style="positive", takes_inputs=True)
        actions.insert(0, submit)
    return blocks.card(body, actions)


def changes(review: Review, reference: str) -> Block:
    """What the edit changes, with the button that makes it; too much of it is left to the browser.

    `reference` is that of the shared card, to which there is a way back.
    """
    carried = {REFERENCE: reference, DRAFT: review.reference}
    body = [*views.heading(edit_views.CHANGES_TITLE), cards.headline(review.headline, views.HEADLINE)]
    for each in review.differences:
        body += _difference(each)
    body += [words(run(each)) for each in (edit_room.others(review), review.consequence) if each]
    body += [parts.small_words(edit_room.digest(review)), *views.confirmation(review.confirm)]
    takes_inputs = bool(review.confirm)
    keeps = CORRECTION_VIEW if review.is_correction else CHANGES_VIEW
    actions = [
        button(review.label, verb=keeps, data=carried, style="positive", takes_inputs=takes_inputs),
        button(edit_views.BACK, verb=_back(review), data=carried),
        views.back(reference, _TO_THE_CARD),
    ]
    drawn = blocks.card(body, actions)
    return drawn if fits(drawn) else _too_much(review, carried, reference)


def sent(pressed: Pressed) -> Values:
    """What the inputs of the form held; one that a client left out was empty."""
    found: dict[str, tuple[str, ...]] = {}
    for name in filter(None, pressed.text(SHOWN).split(",")):
        key = name.removesuffix(_SEVERAL)
        held = pressed.text(key)
        found[key] = tuple(filter(None, held.split(","))) if name.endswith(_SEVERAL) else (held,)
    return found


def _too_much(review: Review, carried: dict[str, Any], reference: str) -> Block:
    actions = [button(edit_views.BACK, verb=_back(review), data=carried), views.back(reference, _TO_THE_CARD)]
    if review.address:
        actions.insert(0, blocks.link("Edit in the browser", review.address))
    return blocks.card([*views.heading(edit_views.CHANGES_TITLE), words(run(edit_room.TOO_MUCH))], actions)


def _back(review: Review) -> str:
    return CORRECT_BACK if review.is_correction else EDIT_BACK


def _needed(each: Field) -> int | None:
    return sum(size(block) + 2 for block in _input(each, "", 1)) if size({"": each.text}) < MOST else None


def _input(each: Field, error: str, number: int) -> Iterator[Block]:
    """A label that Markdown could read something into stands above its input, inert."""
    label = cut(each.label, _LABEL)
    if not is_tame(_INSIDE_A_WORD.sub("", label)):
        yield words(run(label, weight="Bolder"), spacing="Medium")
        label = f"Argument {number}"
    yield _element(each, label)
    if each.hint:
        yield parts.small_words(cut(each.hint, _HINT))
    if error:
        yield words(run(error, color="Attention", weight="Bolder"), spacing="Small")


def _element(each: Field, label: str) -> Block:
    options = {option.key: option.label for option in each.options}
    if each.kind is FieldKind.CHOICE:
        return blocks.menu(label, name=each.key, options=options, value=each.text)
    if each.kind is FieldKind.CHOICES:
        return blocks.several(label, name=each.key, options=options, values=each.given)
    if each.kind is FieldKind.DATE:
        return blocks.date_input(label, name=each.key, value=each.text)
    return blocks.any_text_input(
        label,
        name=each.key,
        value=each.text,
        is_multiline=each.kind in (FieldKind.TEXT, FieldKind.JSON),
    )


def _difference(each: Difference) -> Iterator[Block]:
    yield words(run(cut(each.path, _LABEL), weight="Bolder"), spacing="Medium")
    if each.words:
        yield words([part for one in edit_room.runs(each) for part in _run(one)], spacing="Small")
        return
    for kind, text in edit_room.lines(each):
        yield words(run(f"{_SIGNS[kind]}{text}", **_LOOKS[kind]), spacing="Small")


def _run(one: Run) -> list[Block]:
    return run(_MARKS[one.kind].format(one.text), **_LOOKS[one.kind])
