"""Slack's limits on blocks and views, checked as Slack does: by refusing.

Written down here once more, so that a mistake in the product's own numbers shows.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

_TEXT_OF = {"header": 150, "section": 3000}
_BLOCK_TYPES = {"header", "section", "context", "actions", "divider", "input", "image"}
_IN_MESSAGES = {"button", "static_select", "overflow", "datepicker", "users_select"}
_IN_VIEWS = _IN_MESSAGES | {"plain_text_input", "radio_buttons", "checkboxes", "multi_static_select"}
_WHOLE_MESSAGE = 13_200
_WHOLE_VIEW = 250_000


def faults_of_message(blocks: Sequence[Mapping[str, Any]]) -> list[str]:
    """What Slack would refuse, nothing when it would not."""
    faults = list(_faults(blocks, most=50, elements=_IN_MESSAGES))
    if any(block.get("type") == "input" for block in blocks):
        faults.append("an input in a message")
    return faults


def is_too_long(blocks: Sequence[Mapping[str, Any]]) -> bool:
    """Slack answers `msg_blocks_too_long` for the sum of everything."""
    return _units(json.dumps(blocks, ensure_ascii=False)) > _WHOLE_MESSAGE


def faults_of_view(view: Mapping[str, Any]) -> list[str]:
    """What Slack would refuse, nothing when it would not."""
    blocks = view.get("blocks") or []
    faults = list(_faults(blocks, most=100, elements=_IN_VIEWS))
    for name in ("title", "submit", "close"):
        if name in view:
            faults += _text(view[name], 24, name, kinds={"plain_text"})
    if "title" not in view:
        faults.append("a view without a title")
    if any(block.get("type") == "input" for block in blocks) and "submit" not in view:
        faults.append("inputs without a submit button")
    for name, most in (("private_metadata", 3000), ("callback_id", 255)):
        if len(view.get(name, "")) > most:
            faults.append(f"{name} over {most}")
    if len(json.dumps(view)) > _WHOLE_VIEW:
        faults.append("the view is over 250 KB")
    return faults


def _faults(blocks: Sequence[Mapping[str, Any]], *, most: int, elements: set[str]) -> Iterator[str]:
    if not 1 <= len(blocks) <= most:
        yield f"{len(blocks)} blocks"
    named = [block["block_id"] for block in blocks if "block_id" in block]
    if len(named) != len(set(named)):
        yield "a block id twice"
    if any(not 1 <= len(name) <= 255 for name in named):
        yield "a block id of the wrong length"
    for block in blocks:
        yield from _faults_of_block(block, elements)


def _faults_of_block(block: Mapping[str, Any], elements: set[str]) -> Iterator[str]:
    kind = block.get("type")
    if kind not in _BLOCK_TYPES:
        yield f"a block of type {kind}"
    elif kind == "header":
        yield from _text(block.get("text"), 150, "header", kinds={"plain_text"})
    elif kind == "section":
        yield from _section(block)
    elif kind == "context":
        yield from _context(block)
    elif kind == "actions":
        yield from _actions(block, elements)
    elif kind == "input":
        yield from _input(block, elements)


def _section(block: Mapping[str, Any]) -> Iterator[str]:
    if "text" not in block and "fields" not in block:
        yield "a section without text"
    if "text" in block:
        yield from _text(block["text"], 3000, "section")
    fields = block.get("fields", [None])
    if not 1 <= len(fields) <= 10:
        yield f"{len(fields)} fields"
    for field in block.get("fields", []):
        yield from _text(field, 2000, "field")


def _context(block: Mapping[str, Any]) -> Iterator[str]:
    elements = block.get("elements", [])
    if not 1 <= len(elements) <= 10:
        yield f"{len(elements)} elements in a context"
    for element in elements:
        yield from _text(element, 3000, "context")


def _actions(block: Mapping[str, Any], allowed: set[str]) -> Iterator[str]:
    elements = block.get("elements", [])
    if not 1 <= len(elements) <= 25:
        yield f"{len(elements)} elements in a row"
    ids = [element.get("action_id") for element in elements]
    if len(ids) != len(set(ids)):
        yield "an action id twice"
    for element in elements:
        if element.get("type") not in allowed:
            yield f"an element of type {element.get('type')}"
        elif element["type"] == "button":
            yield from _button(element)


def _button(element: Mapping[str, Any]) -> Iterator[str]:
    yield from _text(element.get("text"), 75, "button", kinds={"plain_text"})
    if len(element.get("value", "")) > 2000:
        yield "a value over 2000"
    if len(element.get("action_id", "")) > 255:
        yield "an action id over 255"
    if element.get("style") not in (None, "primary", "danger"):
        yield f"the style {element.get('style')}"


def _input(block: Mapping[str, Any], allowed: set[str]) -> Iterator[str]:
    yield from _text(block.get("label"), 2000, "label", kinds={"plain_text"})
    element = block.get("element") or {}
    if element.get("type") not in allowed:
        yield f"an input of type {element.get('type')}"
    options = element.get("options", [])
    if element.get("type") == "radio_buttons" and not 1 <= len(options) <= 10:
        yield f"{len(options)} radio buttons"
    for option in options:
        yield from _text(option.get("text"), 75, "option")
        if len(option.get("value", "")) > 150:
            yield "an option's value over 150"
    yield from _held(element, options)
    if "hint" in block:
        yield from _text(block["hint"], 2000, "hint", kinds={"plain_text"})
    if not 0 <= element.get("max_length", 1) <= 3000:
        yield "an input that takes over 3000"


def _held(element: Mapping[str, Any], options: Sequence[Any]) -> Iterator[str]:
    """What is wrong with what an input offers and holds at first."""
    if element.get("type") == "checkboxes" and not 1 <= len(options) <= 10:
        yield f"{len(options)} checkboxes"
    if len(options) > 100:
        yield f"{len(options)} options"
    initial = [*element.get("initial_options", []), *filter(None, [element.get("initial_option")])]
    if any(option not in options for option in initial) or element.get("initial_options") == []:
        yield "an initial option that is none"
    if "initial_value" in element and not 1 <= _units(element["initial_value"]) <= 3000:
        yield f"{_units(element['initial_value'])} characters in an input at first"


def _text(
    text: Any,
    most: int,
    where: str,
    *,
    kinds: frozenset[str] | set[str] = frozenset({"plain_text", "mrkdwn"}),
) -> Iterator[str]:
    if not isinstance(text, Mapping) or text.get("type") not in kinds:
        yield f"no text in {where}, or of the wrong kind"
        return
    if not 1 <= _units(text.get("text", "")) <= most:
        yield f"{_units(text.get('text', ''))} characters in {where}"
    if text["type"] == "mrkdwn" and "emoji" in text:
        yield "emoji in mrkdwn"
    if text["type"] == "plain_text" and "verbatim" in text:
        yield "verbatim in plain_text"


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", errors="surrogatepass")) // 2
