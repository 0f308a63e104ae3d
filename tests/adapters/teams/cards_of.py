"""What Teams would make of a card: whether it takes it, what one reads, what it would read into words."""

import functools
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from jsonschema import Draft6Validator

_SCHEMA = Path(__file__).parents[2] / "schemas/adaptive-card-1.5.json"
_MOMENT = r"\{\{(?:DATE\([-\d]+T[:\d]+Z,SHORT|TIME\([-\d]+T[:\d]+Z)\)\}\}"
#: our own mentions, moments and words that Markdown leaves alone
_TAME = re.compile(rf"(?:<at>[^<>]+</at>|{_MOMENT}|[^*_~`|<>&{{}}$\[\]\\\n])+\Z")
#: what some client may read into plain text
_MAGIC = re.compile(r"\{\{|\$\{|</?at|://|www\.", re.IGNORECASE)

#: everything that Teams could take for markup
MARKUP = (
    "<at>Ann</at> <at>everyone</at> [bank](https://evil.example) ![x](https://evil.example/x.png) **bold** "
    "_it_ # head {{DATE(2026-03-02T10:00:00Z,SHORT)}} {{TIME(2026-03-02T10:00:00Z)}} ${secret} <script>"
    "alert(1)</script> https://evil.example WWW.evil.example javascript://x `code` ~~no~~ &amp; | a | b |"
)


@functools.cache
def _validator() -> Draft6Validator:
    return Draft6Validator(json.loads(_SCHEMA.read_text()))


def refuse_what_teams_refuses(card: Mapping[str, Any]) -> None:
    """A card that is not valid, too large, or whose buttons do not work everywhere."""
    official = {name: value for name, value in card.items() if name != "msteams"}
    assert not list(_validator().iter_errors(official))
    assert len(json.dumps(card)) < 24_000
    assert len(card["actions"]) <= 6
    for action in card["actions"]:
        if action["type"] == "Action.OpenUrl":
            continue
        fallback = action["fallback"]
        assert (action["type"], fallback["type"]) == ("Action.Execute", "Action.Submit")
        assert fallback["data"] == {**action["data"], "verb": action["verb"]}
        assert fallback["title"] == action["title"]
    for entity in card["msteams"].get("entities", ()):
        assert any(entity["text"] in shown["text"] for shown in _of_type(card, "TextBlock"))


def refuse_what_is_not_inert(card: Mapping[str, Any]) -> None:
    """Words that Teams could take for markup."""
    for shown in _of_type(card, "TextBlock"):
        assert _TAME.match(shown["text"]), shown["text"]
    for run in _of_type(card, "TextRun"):
        assert not _MAGIC.search(re.sub(_MOMENT, "", run["text"])) or _is_ours(run["text"]), run["text"]


def words_of(card: Mapping[str, Any]) -> str:
    """What one reads, a paragraph a line; moments as they are written."""
    return "\n".join(_paragraphs(card["body"]))


def verbs_of(card: Mapping[str, Any]) -> list[str]:
    """What its buttons do."""
    return [action["verb"] for action in card["actions"]]


def labels_of(card: Mapping[str, Any]) -> list[str]:
    """What its buttons say."""
    return [action["title"] for action in card["actions"]]


def data_of(card: Mapping[str, Any], label: str) -> dict[str, Any]:
    """What the button with this label carries."""
    (found,) = [action["data"] for action in card["actions"] if action["title"] == label]
    return dict(found)


def squeezed(text: str) -> str:
    """The text without what a layout may put between two characters."""
    for sign in ("│ ", "⏎", "–"):
        text = text.replace(sign, "")
    return "".join(text.split())


def _is_ours(run: str) -> bool:
    return re.fullmatch(rf"{_MOMENT} {_MOMENT}", run) is not None


def _paragraphs(element: Any) -> Iterator[str]:
    if isinstance(element, list):
        for each in element:
            yield from _paragraphs(each)
    elif element["type"] == "RichTextBlock":
        yield "".join(run["text"] for run in element["inlines"])
    elif element["type"] == "TextBlock":
        yield element["text"]
    elif element["type"].startswith("Input."):
        yield element["label"]
    elif element["type"] != "ActionSet":
        yield from _paragraphs(element.get("items") or element.get("columns"))


def _of_type(element: Any, kind: str) -> Iterator[dict[str, Any]]:
    if isinstance(element, Mapping):
        if element.get("type") == kind:
            yield dict(element)
        for each in element.values():
            yield from _of_type(each, kind)
    elif isinstance(element, list):
        for each in element:
            yield from _of_type(each, kind)
