"""Parts that cards and forms are laid out from: lines with moments, labelled values."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from adapters.teams.blocks import Block, box, columns, run, text, words
from adapters.teams.escape import cut, is_tame, moment
from bot.chat.words import in_one_line, label_of, within
from bot.domain.card import LabelledValue, Line

SMALL: dict[str, Any] = {"size": "Small", "isSubtle": True}
#: above a heading, and above nothing else
HEADING_SPACING = "Medium"
_HEADING = 300
_NAME = 60
_UNTAME = re.compile(r"[*_~`|<>&{}$\[\]\\\n/#@]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Called:
    """Somebody whom a card mentions."""

    #: the id by which Teams knows the person in this conversation: an Entra object id or `29:…`
    id: str
    name: str


def line(of: Line, limit: int, sign: str = "", **looks: Any) -> Block:
    """A line of words and moments; the moments in the viewer's own time."""
    shown = within(of, limit, cut)
    ahead = (f"{sign} ", *shown) if sign else shown
    if is_tame("".join(part if isinstance(part, str) else " " for part in ahead)):
        return text("".join(moment(p) if isinstance(p, datetime) else p for p in ahead), **looks)
    spacing = {name: looks.pop(name) for name in ("spacing",) if name in looks}
    return words([each for part in ahead for each in _run_of(part, looks)], **spacing)


def small(lines: Iterable[Line], limit: int) -> list[Block]:
    """Lines of words and moments in small type, close together."""
    return [
        line(each, limit, **SMALL, spacing="Small" if at == 0 else "None") for at, each in enumerate(lines)
    ]


def small_words(shown: str) -> Block:
    """Inert words in small type."""
    return words(run(shown, **SMALL), spacing="Small")


def heading(shown: str, note: str = "") -> Block:
    """A bold line; the note behind it is in italics."""
    runs = run(cut(in_one_line(shown), _HEADING), weight="Bolder")
    if note:
        runs += run(f" · {note}", italic=True, isSubtle=True)
    return words(runs, spacing=HEADING_SPACING)


#: how a notice looks
REFUSED, TAKEN = "attention", "good"


def notice(sentence: str, style: str = REFUSED) -> Block:
    """A sentence for the presser, above everything else."""
    return box([words(run(sentence, weight="Bolder"))], style=style, bleed=True)


def fact(value: LabelledValue, limit: int) -> Block:
    """A label beside its value."""
    label = words(run(label_of(value, cut), isSubtle=True))
    return columns((2, label), (3, words(run(cut(value.value, limit)))), spacing="Small")


def labelled(value: LabelledValue, limit: int) -> Block:
    """A label before its value."""
    shown = in_one_line(cut(value.value, limit))
    return words([*run(f"{label_of(value, cut)}: ", weight="Bolder"), *run(shown)], spacing="Small")


def mentions(people: Sequence[Called]) -> Block:
    """A line that names these people; it takes `entities` of the same people to ping them."""
    return text(", ".join(_tag(each) for each in people), spacing="Small")


def entities(people: Iterable[Called]) -> list[Block]:
    """What makes mentions of names."""
    return [
        {"type": "mention", "text": _tag(each), "mentioned": {"id": each.id, "name": _name(each)}}
        for each in people
    ]


def _tag(person: Called) -> str:
    return f"<at>{_name(person)}</at>"


def _name(person: Called) -> str:
    return cut(" ".join(_UNTAME.sub(" ", person.name).split()), _NAME) or "reviewer"


def _run_of(part: str | datetime, looks: dict[str, Any]) -> list[Block]:
    if isinstance(part, datetime):
        return [{"type": "TextRun", "text": moment(part), **looks}]
    return run(part, **looks)
