"""The few kinds of Adaptive Card elements that cards and forms are made of.

Everything goes through these. Words of others stand in runs (`words`), which know no Markdown; `text` is for
tame words of our own and for moments.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from adapters.teams.escape import runs_of
from adapters.teams.names import VERB

Block: TypeAlias = dict[str, Any]

#: Teams takes `Action.Execute` from version 1.4 on, and shows 1.5 everywhere
VERSION = "1.5"
_SCHEMA = "http://adaptivecards.io/schemas/adaptive-card.json"
_TOO_OLD = "This Teams is too old to show the card. Open it in a newer one, or in the browser."
_NOTHING = "–"


def run(words: str, **looks: Any) -> list[Block]:
    """Inert words of one look."""
    return [{"type": "TextRun", "text": each, **looks} for each in runs_of(words or _NOTHING)]


def words(runs: Iterable[Block], **looks: Any) -> Block:
    """A paragraph of inert words."""
    return {"type": "RichTextBlock", "inlines": list(runs), **looks}


def text(ours: str, **looks: Any) -> Block:
    """A paragraph of our own tame words and moments."""
    return {"type": "TextBlock", "text": ours or _NOTHING, "wrap": True, **looks}


def box(items: Sequence[Block], **looks: Any) -> Block:
    """Elements that belong together."""
    return {"type": "Container", "items": list(items), **looks}


def columns(*weighed: tuple[int, Block], **looks: Any) -> Block:
    """Elements side by side, each with its weight."""
    found = [{"type": "Column", "width": weight, "items": [item]} for weight, item in weighed]
    return {"type": "ColumnSet", "columns": found, **looks}


def button(
    label: str, *, verb: str, data: Mapping[str, Any], style: str | None = None, takes_inputs: bool = False
) -> Block:
    """Something to press; clients that know no `Action.Execute` submit the same data with the verb."""
    looks: Block = {"title": label}
    if style:
        looks["style"] = style
    if not takes_inputs:
        looks["associatedInputs"] = "none"
    submit = {"type": "Action.Submit", **looks, "data": {**data, VERB: verb}}
    return {"type": "Action.Execute", **looks, "verb": verb, "data": dict(data), "fallback": submit}


def actions(buttons: Sequence[Block]) -> Block:
    """A row of buttons within the card."""
    return {"type": "ActionSet", "actions": list(buttons)}


def text_input(label: str, *, name: str, most: int, value: str = "") -> Block:
    """A field for several lines of text, which may stay empty."""
    field = {"type": "Input.Text", "id": name, "label": label, "isMultiline": True, "maxLength": most}
    return field | ({"value": value} if value else {})


def word_input(label: str, *, name: str, most: int, missing: str) -> Block:
    """A field for one word; `missing` is what an empty one is told."""
    field = {"type": "Input.Text", "id": name, "label": label, "maxLength": most}
    return {**field, "isRequired": True, "errorMessage": missing}


def choice(label: str, *, name: str, options: Mapping[str, str], missing: str, value: str = "") -> Block:
    """One of several options (value to label), all in view; `missing` is what an empty one is told."""
    found = {
        "type": "Input.ChoiceSet",
        "id": name,
        "label": label,
        "style": "expanded",
        "choices": [{"title": title, "value": each} for each, title in options.items()],
        "isRequired": True,
        "errorMessage": missing,
    }
    return found | ({"value": value} if value in options else {})


def menu(label: str, *, name: str, options: Mapping[str, str], value: str = "") -> Block:
    """One of several options (value to label) behind a menu, or none."""
    found: Block = {
        "type": "Input.ChoiceSet",
        "id": name,
        "label": label,
        "style": "compact",
        "choices": [{"title": title, "value": each} for each, title in options.items()],
    }
    return found | ({"value": value} if value in options else {})


def several(label: str, *, name: str, options: Mapping[str, str], values: Sequence[str]) -> Block:
    """Any of several options (value to label), all in view."""
    chosen = ",".join(value for value in options if value in values)
    found: Block = {
        "type": "Input.ChoiceSet",
        "id": name,
        "label": label,
        "style": "expanded",
        "isMultiSelect": True,
        "choices": [{"title": title, "value": each} for each, title in options.items()],
    }
    return found | ({"value": chosen} if chosen else {})


def date_input(label: str, *, name: str, value: str) -> Block:
    """A calendar."""
    return {"type": "Input.Date", "id": name, "label": label} | ({"value": value} if value else {})


def any_text_input(label: str, *, name: str, value: str, is_multiline: bool) -> Block:
    """A field for a text of any length."""
    field: Block = {"type": "Input.Text", "id": name, "label": label, "isMultiline": is_multiline}
    return field | ({"value": value} if value else {})


def link(label: str, url: str) -> Block:
    """A button that opens an address of our own."""
    return {"type": "Action.OpenUrl", "title": label, "url": url}


def card(body: Sequence[Block], actions: Sequence[Block] = (), entities: Sequence[Block] = ()) -> Block:
    """A whole card, as wide as the conversation."""
    teams: Block = {"width": "Full"}
    if entities:
        teams["entities"] = list(entities)
    return {
        "type": "AdaptiveCard",
        "$schema": _SCHEMA,
        "version": VERSION,
        "fallbackText": _TOO_OLD,
        "msteams": teams,
        "body": list(body),
        "actions": list(actions),
    }
