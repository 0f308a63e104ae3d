"""The views of an edit: its form, and what it changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from adapters.slack import blocks, limits, views
from adapters.slack.blocks import Block, plain, section
from adapters.slack.cards import size
from adapters.slack.escape import cut
from adapters.slack.metadata import Origin
from adapters.slack.payload import Entry
from adapters.slack.payload import View as Submitted
from bot import edit_views as words
from bot.chat import edit_room
from bot.chat.names import CHANGES_VIEW, CORRECT_BACK, CORRECT_VIEW, CORRECTION_VIEW, EDIT_BACK, EDIT_VIEW
from bot.domain.differences import Difference
from bot.domain.form import Field, FieldKind, Values
from bot.domain.word_diff import RunKind
from bot.edit_views import EditForm, Review

TITLE = "Edit"
_CORRECTION = "Correct"
#: above the form that follows a rating
_RATED = (
    "Your rating is recorded. What should the arguments have been? Cancel if there is nothing to correct."
)
#: characters of the JSON of a form's inputs; Slack refuses views above 250 KB
_ROOM = 150_000
_MOST_INPUTS = 60
_SENTENCE = 1_500
_LABEL = 150
_SIGNS = {RunKind.GONE: "− ", RunKind.NEW: "+ "}
_MARKS = {RunKind.KEPT: "{}", RunKind.GONE: "[−{}−]", RunKind.NEW: "[+{}+]"}


def form(edit: EditForm, origin: Origin) -> views.View:
    """The form, filled; what does not fit is left to the browser."""
    room = edit_room.shown(edit, _needed, _ROOM, _MOST_INPUTS)
    fields = room.fields
    body = [blocks.context([plain(edit.headline, 300)])]
    rated = _RATED if edit.is_correction else ""
    problem = edit_room.unplaced(edit, fields)
    body += [section(plain(cut(each, _SENTENCE))) for each in (rated, edit.notice, problem) if each]
    body += [_input(each, edit.errors.get(each.key, "")) for each in fields]
    if room.left:
        body.append(_elsewhere(room.left, edit.address))
    carried = replace(origin, reference=edit.reference, draft=edit.draft or "", page=0, read="")
    title = _CORRECTION if edit.is_correction else TITLE
    if not fields:
        return views.plain_view(title, body, carried)
    callback_id = CORRECT_VIEW if edit.is_correction else EDIT_VIEW
    return views.form(title, body, callback_id, carried, submit=words.SEE_CHANGES)


def changes(review: Review, origin: Origin) -> views.View:
    """What the edit changes, with the button that makes it; too much of it is left to the browser."""
    carried = replace(origin, reference=review.reference, draft=review.draft, page=0, read="")
    told = [block for each in review.differences for block in _difference(each)]
    rest = edit_room.others(review)
    body = [
        blocks.context([plain(review.headline, 300)]),
        *told,
        *([section(plain(rest))] if rest else []),
        section(plain(review.consequence)),
        blocks.context([plain(edit_room.digest(review), 300)]),
    ]
    name = CORRECT_BACK if review.is_correction else EDIT_BACK
    back = blocks.button(words.BACK, action_id=name, value=review.reference)
    body += [blocks.actions([back], block_id=name), *views.confirmation(review.confirm)]
    if size(body) > _ROOM or len(body) > limits.PAGE_BLOCKS:
        return views.plain_view(
            words.CHANGES_TITLE, [_elsewhere(edit_room.TOO_MUCH, review.address)], carried
        )
    if review.is_correction:
        return views.form(words.CHANGES_TITLE, body, CORRECTION_VIEW, carried, submit=review.label)
    label = "Approve" if review.label == words.APPROVE else "Send on"
    return views.form(words.CHANGES_TITLE, body, CHANGES_VIEW, carried, submit=label)


def sent(view: Submitted) -> Values:
    """What the inputs of a submitted form hold."""
    entries = (entry for inputs in view.state.values.items() for entry in [inputs])
    return {key: _given(next(iter(inputs.values()))) for key, inputs in entries if inputs}


def errors(edit: EditForm, view: Submitted) -> Mapping[str, str]:
    """What Slack shows beside the inputs of the form that was sent; empty where it cannot be told there."""
    asked = view.state.values.keys()
    found = {key: cut(told, _SENTENCE) for key, told in edit.errors.items() if key in asked}
    elsewhere = " ".join(told for key, told in edit.errors.items() if key not in asked)
    if elsewhere and asked:
        first = next(iter(asked))
        found[first] = cut(f"{elsewhere} {found.get(first, '')}".strip(), _SENTENCE)
    return found


def _given(entry: Entry) -> tuple[str, ...]:
    if entry.selected_options is not None:
        return tuple(option.value for option in entry.selected_options)
    if entry.selected_option is not None:
        return (entry.selected_option.value,)
    if entry.selected_date is not None:
        return (entry.selected_date,)
    return (entry.value or "",)


def _needed(each: Field) -> int | None:
    """How much of the room a field takes up; None for a text that no input of Slack's holds."""
    if each.kind not in (FieldKind.CHOICE, FieldKind.CHOICES) and _length(each.text) > limits.INPUT_LENGTH:
        return None
    return size([_input(each, "")])


def _length(text: str) -> int:
    return len(text.encode("utf-16-le", errors="surrogatepass")) // 2


def _input(each: Field, error: str) -> Block:
    hint = f"⚠️ {error} {each.hint}" if error else each.hint
    return blocks.labelled_input(
        cut(each.label, _LABEL), block_id=each.key, element=_element(each), optional=True, hint=hint
    )


def _element(each: Field) -> dict[str, Any]:
    if each.kind is FieldKind.CHOICE:
        return blocks.menu_element(each.key, _options(each), each.given)
    if each.kind is FieldKind.CHOICES:
        return blocks.several_element(each.key, _options(each), each.given)
    if each.kind is FieldKind.DATE:
        return blocks.date_element(each.key, each.text)
    is_long = each.kind in (FieldKind.TEXT, FieldKind.JSON)
    return blocks.text_element(each.key, each.text, multiline=is_long)


def _options(each: Field) -> dict[str, str]:
    return {option.key: option.label for option in each.options}


def _difference(each: Difference) -> list[Block]:
    title = blocks.context([plain(each.path, 300)])
    if each.words:
        text = "".join(_MARKS[run.kind].format(run.text) for run in edit_room.runs(each))
        return [title, *_paragraphs(text)]
    told = [f"{_SIGNS[kind]}{text}" for kind, text in edit_room.lines(each)]
    return [title, *(block for line in told for block in _paragraphs(line))]


def _paragraphs(text: str) -> list[Block]:
    # Without `expand` a client may fold long text behind “see more”.
    return [section(plain(piece)) | {"expand": True} for piece in blocks.pieces_of(text)]


def _elsewhere(sentence: str, address: str) -> Block:
    return section(plain(f"{sentence} {address}".strip()))
