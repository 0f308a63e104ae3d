"""The few kinds of Block Kit blocks that cards and views are made of.

Everything goes through these, so that nothing is unescaped, empty or over a limit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from adapters.slack import limits
from adapters.slack.escape import cut, escape, pieces

Block: TypeAlias = dict[str, Any]

#: Slack refuses empty text
_NOTHING = "–"


def plain(text: str, limit: int = limits.TEXT) -> Block:
    """Inert text: no formatting, no mentions, no links, no emoji names."""
    return {"type": "plain_text", "text": _something(escape(cut(text, limit))), "emoji": False}


def markup(text: str) -> Block:
    """Our own markup, already escaped; Slack adds no links or mentions of its own to it."""
    return {"type": "mrkdwn", "text": _something(text), "verbatim": True}


def header(text: str, block_id: str) -> Block:
    """A heading in large type."""
    return {"type": "header", "block_id": block_id, "text": plain(text, limits.HEADER)}


def section(text: Block, block_id: str | None = None) -> Block:
    """A paragraph."""
    return {"type": "section", "text": text} | ({"block_id": block_id} if block_id else {})


def fields(texts: Sequence[Block]) -> Block:
    """Up to ten short texts, side by side where there is room."""
    return {"type": "section", "fields": list(texts[: limits.FIELDS])}


def context(elements: Iterable[Block]) -> Block:
    """A line in small type."""
    return {"type": "context", "elements": list(elements)[: limits.CONTEXT_ELEMENTS]}


def divider() -> Block:
    """A rule."""
    return {"type": "divider"}


def button(label: str, *, action_id: str, value: str, style: str | None = None) -> Block:
    """Something to press."""
    element = {
        "type": "button",
        "action_id": action_id,
        "text": plain(label, limits.BUTTON_TEXT),
        "value": value,
    }
    return element | ({"style": style} if style else {})


def actions(elements: Sequence[Block], block_id: str) -> Block:
    """A row of buttons."""
    return {"type": "actions", "block_id": block_id, "elements": list(elements)}


def text_input(label: str, *, block_id: str, action_id: str, optional: bool, max_length: int) -> Block:
    """A field for several lines of text."""
    element = {
        "type": "plain_text_input",
        "action_id": action_id,
        "multiline": True,
        "max_length": max_length,
    }
    return _input(label, block_id, element, optional=optional)


def word_input(label: str, *, block_id: str, action_id: str, max_length: int) -> Block:
    """A field for one word, which has to be there."""
    element = {"type": "plain_text_input", "action_id": action_id, "max_length": max_length}
    return _input(label, block_id, element, optional=False)


def choice(
    label: str, *, block_id: str, action_id: str, options: Mapping[str, str], optional: bool = False
) -> Block:
    """One of several options (value to label): all in view when they are few, a menu otherwise.

    What may stay empty is always a menu: nobody can unchoose a radio button.
    """
    kind = "radio_buttons" if len(options) <= limits.RADIO_OPTIONS and not optional else "static_select"
    element = {"type": kind, "action_id": action_id, "options": _options(options)}
    return _input(label, block_id, element, optional=optional)


def labelled_input(label: str, *, block_id: str, element: Block, optional: bool, hint: str = "") -> Block:
    """An input of any kind, with a hint below it."""
    found = _input(label, block_id, element, optional=optional)
    return found | ({"hint": plain(hint, limits.HINT)} if hint else {})


def text_element(action_id: str, text: str, *, multiline: bool) -> Block:
    """A field that holds a text; Slack takes the text as it is, nothing in it has a meaning."""
    element: Block = {"type": "plain_text_input", "action_id": action_id, "multiline": multiline}
    element["max_length"] = limits.INPUT_LENGTH
    return element | ({"initial_value": text} if text else {})


def date_element(action_id: str, date: str) -> Block:
    """A calendar."""
    return {"type": "datepicker", "action_id": action_id} | ({"initial_date": date} if date else {})


def menu_element(action_id: str, options: Mapping[str, str], chosen: Sequence[str]) -> Block:
    """One of several options (value to label)."""
    found = _options(options)
    element: Block = {"type": "static_select", "action_id": action_id, "options": found}
    initial = [option for option in found if option["value"] in chosen]
    return element | ({"initial_option": initial[0]} if initial else {})


def several_element(action_id: str, options: Mapping[str, str], chosen: Sequence[str]) -> Block:
    """Any of several options (value to label)."""
    found = _options(options)
    kind = "checkboxes" if len(found) <= limits.RADIO_OPTIONS else "multi_static_select"
    element: Block = {"type": kind, "action_id": action_id, "options": found}
    initial = [option for option in found if option["value"] in chosen]
    return element | ({"initial_options": initial} if initial else {})


def pieces_of(text: str) -> list[str]:
    """The whole text in pieces that each fit a paragraph."""
    return pieces(text, limits.TEXT - 10)


def _options(options: Mapping[str, str]) -> list[Block]:
    return [{"text": plain(text, limits.OPTION_TEXT), "value": value} for value, text in options.items()]


def _input(label: str, block_id: str, element: Block, *, optional: bool) -> Block:
    return {
        "type": "input",
        "block_id": block_id,
        "label": plain(label, limits.INPUT_LABEL),
        "element": element,
        "optional": optional,
    }


def _something(text: str) -> str:
    return text if text.strip() else _NOTHING
