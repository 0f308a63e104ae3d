"""Which input a value needs: from its schema, what it is now, and what such an argument is called."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.domain.arguments import shown as readable
from bot.domain.form import ABSENT, FieldKind, Option, option_key
from bot.domain.form_schema import Shape
from bot.domain.text import exact, one_line

#: arguments that hold what is sent to somebody
_DRAFTS = frozenset({"body", "text", "message", "draft", "content", "reply", "comment", "note", "html"})
#: a longer text is read badly on one line
_ONE_LINE = 80
#: more options than this are no menu any more; platforms take one hundred, “not given” among them
MOST_OPTIONS = 99
OPTION_LABEL = 75

_YES_OR_NO = (
    Option(key=option_key(True), label="yes", value=True),
    Option(key=option_key(False), label="no", value=False),
)
_BLANKS = re.compile(r"[ \t\u00a0\u202f]+")
_BREAKS = re.compile(r"\n+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """An input, and what it holds at first."""

    kind: FieldKind
    shown: tuple[str, ...]
    options: tuple[Option, ...] = ()
    hint: str = ""


def input_for(name: str, value: Any, of: Shape) -> Input:
    """The input of one argument; ABSENT values have one too."""
    options = _options(value, of)
    if options:
        return Input(kind=FieldKind.CHOICE, shown=chosen_among(options, value), options=options)
    several = _several(value, of)
    if several is not None:
        return several
    kind = _plain_kind(name, value, of)
    if kind is None:
        return Input(kind=FieldKind.JSON, shown=(as_json(value),), hint="Written as JSON.")
    return Input(kind=kind, shown=(_as_text(value),), hint=_limits(of))


def chosen_among(options: tuple[Option, ...], value: Any) -> tuple[str, ...]:
    """The key of the option with this value."""
    return tuple(option.key for option in options if _same(option.value, value))[:1]


def as_json(value: Any) -> str:
    """A value as JSON text in which every character can be seen; nothing for ABSENT."""
    if value is ABSENT:
        return ""
    text = json.dumps(value, ensure_ascii=False, indent=2 if isinstance(value, list | Mapping) else None)
    if text.isascii():
        return text
    return "".join(c if c.isascii() or exact(c) == c else _escaped(c) for c in text)


def _options(value: Any, of: Shape) -> tuple[Option, ...]:
    """What can be chosen, the present value among it even where the policy no longer lists it."""
    listed = of.options
    if not listed:
        is_flag = isinstance(value, bool) or (value is ABSENT and of.type == "boolean")
        return _YES_OR_NO if is_flag else ()
    if value is not ABSENT and not any(_same(value, each) for each in listed):
        listed = (*listed, value)
    return tuple(map(_option, listed)) if _are_short(listed) else ()


def _several(value: Any, of: Shape) -> Input | None:
    """A list of what an enumeration names is chosen from it; None where it is no such list."""
    listed = of.item().options if of.type == "array" else ()
    chosen = [] if value is ABSENT else value
    if not listed or not isinstance(chosen, list) or not _are_short(listed):
        return None
    options = tuple(map(_option, listed))
    keys = tuple(key for each in chosen for key in chosen_among(options, each))
    if len(keys) != len(chosen) or len(set(keys)) != len(keys):
        return None
    return Input(kind=FieldKind.CHOICES, shown=keys, options=options)


def _plain_kind(name: str, value: Any, of: Shape) -> FieldKind | None:
    """The kind of a text or number, None for everything that only JSON can write."""
    if _fits(value, of, "string", str):
        return _text_kind(name, "" if value in (ABSENT, None) else value, of)
    if _fits(value, of, "integer", int):
        return FieldKind.INTEGER
    if _fits(value, of, "number", int, float):
        return FieldKind.NUMBER
    return None


def _fits(value: Any, of: Shape, kind: str, *types: type) -> bool:
    if value is ABSENT or value is None:
        return of.type == kind
    return type(value) in types and of.type in (kind, "")


def _text_kind(name: str, text: str, of: Shape) -> FieldKind | None:
    if not _can_be_seen(text):
        return None
    if of.text("format") == "date" and (not text or _is_date(text)):
        return FieldKind.DATE
    is_long = "\n" in text or len(text) > _ONE_LINE or name.casefold() in _DRAFTS
    return FieldKind.TEXT if is_long else FieldKind.LINE


def _can_be_seen(text: str) -> bool:
    """Whether an input shows the text as it is: blanks and empty lines are seen well enough in one."""
    plain = _BREAKS.sub("\n", _BLANKS.sub(" ", text))
    return exact(plain) == plain


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _as_text(value: Any) -> str:
    if value is ABSENT or value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value)


def _limits(of: Shape) -> str:
    least, most = of.number("minimum"), of.number("maximum")
    if least is not None and most is not None:
        return f"From {least} to {most}."
    if least is not None or most is not None:
        return f"At least {least}." if least is not None else f"At most {most}."
    return "Date and time, such as 2026-03-02T09:30:00Z." if of.text("format") == "date-time" else ""


def _option(value: Any) -> Option:
    label = one_line(readable(value), OPTION_LABEL) or '""'
    return Option(key=option_key(value), label=label, value=value)


def _are_short(listed: tuple[Any, ...]) -> bool:
    """Whether these make a menu: not too many, each told apart from the others by its label."""
    if len(listed) > MOST_OPTIONS:
        return False
    labels = [_option(value).label for value in listed]
    return len(set(labels)) == len(labels)


def _same(one: Any, other: Any) -> bool:
    return type(one) is type(other) and bool(one == other)


def _escaped(character: str) -> str:
    return json.dumps(character)[1:-1]
