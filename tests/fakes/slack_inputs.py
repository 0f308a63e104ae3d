"""The inputs of Slack's views: what they hold, and what a client sends of them."""

from collections.abc import Mapping
from typing import Any

from tests.fakes.slack_reading import read


def label_of(block: Mapping[str, Any]) -> str:
    """What stands above an input."""
    return read(block["label"]["text"])


def initial(element: Mapping[str, Any]) -> Any:
    """What an input holds at first: the label of an option, the labels of several, or a text."""
    if element["type"] in ("checkboxes", "multi_static_select"):
        return [read(option["text"]["text"]) for option in element.get("initial_options", [])]
    if "options" in element:
        initial = element.get("initial_option")
        return read(initial["text"]["text"]) if initial else None
    return element.get("initial_date") or element.get("initial_value")


def entry(block: Mapping[str, Any], fields: dict[str, Any], *, check: bool) -> dict[str, Any]:
    """What a client sends of an input."""
    element, label = block["element"], label_of(block)
    given = fields.pop(label, initial(element))
    if given is None and check and not block.get("optional"):
        raise AssertionError(f"Slack's client does not send a form without {label!r}.")
    if element["type"] == "datepicker":
        return {"type": element["type"], "selected_date": given}
    if element["type"] in ("checkboxes", "multi_static_select"):
        chosen_ones = [_chosen(element, each) for each in given]
        return {"type": element["type"], "selected_options": chosen_ones}
    if "options" not in element:
        return {"type": element["type"], "value": given}
    chosen = _chosen(element, given) if given is not None else None
    return {"type": element["type"], "selected_option": chosen}


def _chosen(element: Mapping[str, Any], label: str) -> Mapping[str, Any]:
    for option in element["options"]:
        if read(option["text"]["text"]) == label:
            chosen: Mapping[str, Any] = option
            return chosen
    offered = [read(option["text"]["text"]) for option in element["options"]]
    raise AssertionError(f"There is no {label!r} among {offered}.")
