"""The few kinds of Block Kit blocks that cards and views are made of.

Everything goes through these, so that nothing is unescaped, empty or over a limit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from adapters.slack import limits
from adapters.slack.escape import cut, escape

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


def choice(
    label: str, *, block_id: str, action_id: str, options: Mapping[str, str], optional: bool = False
) -> Block:
    """One of several options (value to label): all in view when they are few, a menu otherwise."""
    kind = "radio_buttons" if len(options) <= limits.RADIO_OPTIONS else "static_select"
    listed = [{"text": plain(text, limits.OPTION_TEXT), "value": value} for value, text in options.items()]
    element = {"type": kind, "action_id": action_id, "options": listed}
    return _input(label, block_id, element, optional=optional)


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
