"""Parts that cards and forms are laid out from: lines with moments, labelled values, quotations, sources."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from adapters.teams.blocks import Block, box, columns, run, text, words
from adapters.teams.escape import cut, in_one_line, is_tame, moment, quoted
from bot.domain.card import ArgumentLine, LabelledValue, Line, Source

IN_THE_AGENTS_WORDS = "in the agent’s words"
SMALL: dict[str, Any] = {"size": "Small", "isSubtle": True}
#: above a heading, and above nothing else
HEADING_SPACING = "Medium"
_CLAIMED = "claimed"
_HIDDEN = "hidden"
_HEADING = 300
_LABEL = 60
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
    shown = _within(of, limit)
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


def notice(sentence: str, style: str = "attention") -> Block:
    """A sentence for the presser, above everything else."""
    return box([words(run(sentence, weight="Bolder"))], style=style, bleed=True)


def fact(value: LabelledValue, limit: int) -> Block:
    """A label beside its value."""
    label = words(run(_label(value), isSubtle=True))
    return columns((2, label), (3, words(run(cut(value.value, limit)))), spacing="Small")


def labelled(value: LabelledValue, limit: int) -> Block:
    """A label before its value."""
    shown = in_one_line(cut(value.value, limit))
    return words([*run(f"{_label(value)}: ", weight="Bolder"), *run(shown)], spacing="Small")


def counted(count: int, what: str) -> str:
    """`1 argument`, `3 arguments`; `line of evidence` is counted by its first word."""
    first, _, rest = what.partition(" ")
    several = f"{first}{'' if count == 1 else 's'}"
    return f"{count} {several} {rest}".rstrip()


def fact_in_one_line(value: LabelledValue) -> str:
    """A label and its whole value on one line."""
    return f"{_marked_claim(value, in_one_line(value.label))}: {in_one_line(value.value)}"


def argument(of: ArgumentLine) -> list[str]:
    """An argument as lines of text: its path, and its whole value."""
    if "\n" in of.value:
        return [f"{_path(of)}:", *quoted(of.value)]
    return [f"{_path(of)}: {of.value}"]


def argument_in_one_line(of: ArgumentLine) -> str:
    """An argument on one line, its line breaks shown as signs."""
    return f"{_path(of)}: {in_one_line(of.value)}"


def source(item: Source) -> list[str]:
    """A piece of evidence as lines of text; its address is no link."""
    lines = [f"• {in_one_line(item.title)}"]
    if item.url:
        lines.append(f"  {in_one_line(item.url)}")
    return [*lines, *quoted(item.quote)] if item.quote else lines


def mentions(people: Sequence[Called]) -> Block:
    """A line that names these people; it takes `entities` of the same people to ping them."""
    return text(" ".join(_tag(each) for each in people), spacing="Small")


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


def _path(of: ArgumentLine) -> str:
    return f"{of.path} ({_HIDDEN})" if of.masked else of.path


def _label(value: LabelledValue) -> str:
    return _marked_claim(value, cut(in_one_line(value.label), _LABEL))


def _marked_claim(value: LabelledValue, label: str) -> str:
    return f"{label} ({_CLAIMED})" if value.claimed else label


def _within(of: Line, limit: int) -> Line:
    """The line with its words cut; nothing is cut in the middle of a moment."""
    left, kept = limit, list[str | datetime]()
    for part in of:
        if isinstance(part, datetime):
            kept.append(part)
        elif left > 0 and part:
            shown = in_one_line(cut(part, left))
            left -= len(shown)
            kept.append(shown)
    return tuple(kept)


def _run_of(part: str | datetime, looks: dict[str, Any]) -> list[Block]:
    if isinstance(part, datetime):
        return [{"type": "TextRun", "text": moment(part), **looks}]
    return run(part, **looks)
