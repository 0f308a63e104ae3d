"""Reading a form back: the arguments with what was changed, or a sentence for every field that is wrong.

A field that was not touched leaves its argument exactly as it was, down to how a number is written. Platforms
take blanks off the ends of texts and write line breaks in their own way, so these alone are no change.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeAlias

from bot.domain.errors import PlacetError
from bot.domain.form import ABSENT, REFUSED, Field, FieldKind, FieldPath, Form, Values
from bot.domain.text import one_line

#: reads JSON text strictly; raises PlacetError with a sentence
ParseJson: TypeAlias = Callable[[str], Any]

#: whole numbers that every JSON reader reads alike (RFC 7493)
LARGEST = 2**53 - 1

_WHOLE = re.compile(r"-?(?:0|[1-9][0-9]{0,15})", re.ASCII)
_DECIMAL = re.compile(r"-?(?:0|[1-9][0-9]{0,300})(?:\.[0-9]{1,300})?(?:[eE][+-]?[0-9]{1,3})?", re.ASCII)
_KEPT_CONTROLS = frozenset("\n\t")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a form came to."""

    arguments: Mapping[str, Any]
    #: sentences by the field's key
    errors: Mapping[str, str] = field(default_factory=dict)
    #: keys of the fields in which something else stands now
    changed: frozenset[str] = frozenset()


class _Unfit(Exception):
    """What was typed cannot be read; its text is the sentence."""


def read(form: Form, arguments: Mapping[str, Any], values: Values, parse: ParseJson) -> Reading:
    """The arguments as the form has them; fields without a value stay as they are."""
    made: dict[str, Any] = deepcopy(dict(arguments))
    errors: dict[str, str] = {}
    changed: set[str] = set()
    for each in form:
        given = values.get(each.key)
        if given is None or _is_untouched(each, given):
            continue
        try:
            value = _value(each, given, parse)
        except _Unfit as unfit:
            errors[each.key] = str(unfit)
            continue
        changed.add(each.key)
        _put(made, each.path, value)
    return Reading(arguments=made, errors=errors, changed=frozenset(changed))


def _is_untouched(each: Field, given: tuple[str, ...]) -> bool:
    if each.kind in (FieldKind.CHOICE, FieldKind.CHOICES):
        given = tuple(key for key in given if key)
    if each.kind is FieldKind.CHOICES:
        return sorted(given) == sorted(each.shown)
    if each.kind is FieldKind.CHOICE:
        return given == each.shown
    if given == each.shown:
        # Most are; and putting endless rows of marks in order takes long.
        return True
    now, before = _plain("".join(given)), _plain("".join(each.shown))
    # A client that knows one line only drops every line break: nobody did that by hand.
    return now == before or ("\n" not in now and now == before.replace("\n", ""))


def _plain(text: str) -> str:
    """A text without what platforms do to it on the way."""
    lines = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    return "".join(" " if unicodedata.category(c) == "Zs" else c for c in lines)


def _value(each: Field, given: tuple[str, ...], parse: ParseJson) -> Any:
    if each.kind in (FieldKind.CHOICE, FieldKind.CHOICES):
        return _chosen(each, given)
    text = _cleaned(given[0]) if given else ""
    if not text.strip():
        return _emptied(each)
    return _READERS[each.kind](each, text, parse)


def _emptied(each: Field) -> Any:
    if each.emptied is REFUSED:
        raise _Unfit("Something has to stand here.")
    return each.emptied


def _chosen(each: Field, given: tuple[str, ...]) -> Any:
    given = tuple(key for key in given if key)
    known = {option.key: option for option in each.options}
    if not known.keys() >= set(given) or (each.kind is FieldKind.CHOICE and len(given) > 1):
        raise _Unfit("Choose from the list.")
    if each.kind is FieldKind.CHOICES:
        # What stays keeps its order; what is new follows in the policy's.
        order = dict.fromkeys((*each.shown, *known))
        return [known[key].value for key in order if key in given]
    return known[given[0]].value if given else _emptied(each)


def _text(each: Field, text: str, parse: ParseJson) -> str:
    if each.format == "date-time" and not _is_moment(text.strip()):
        raise _Unfit("Write a date and time with its zone, such as 2026-03-02T09:30:00Z.")
    if each.longest is not None and len(text) > each.longest:
        raise _Unfit(f"Write at most {each.longest} characters; these are {len(text)}.")
    return text


def _whole(each: Field, text: str, parse: ParseJson) -> int:
    found = _WHOLE.fullmatch(text.strip())
    if found is None or abs(int(found[0])) > LARGEST:
        raise _Unfit("Write a whole number, such as 12.")
    return int(found[0])


def _number(each: Field, text: str, parse: ParseJson) -> int | float:
    written = text.strip()
    value = float(written) if _DECIMAL.fullmatch(written) else float("inf")
    is_whole = written.lstrip("-").isdecimal()
    if abs(value) == float("inf") or (is_whole and abs(value) > LARGEST):
        raise _Unfit("Write a number with a point, such as 12.50.")
    return int(written) if is_whole else value


def _date(each: Field, text: str, parse: ParseJson) -> str:
    try:
        return date.fromisoformat(text.strip()).isoformat()
    except ValueError:
        raise _Unfit("Write a date such as 2026-03-02.") from None


def _json(each: Field, text: str, parse: ParseJson) -> Any:
    try:
        return parse(text)
    except PlacetError as error:
        raise _Unfit(one_line(error.sentence, 300)) from None


def _is_moment(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


def _cleaned(text: str) -> str:
    """What was typed, without what no keyboard writes."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in lines if c in _KEPT_CONTROLS or unicodedata.category(c) not in ("Cc", "Cs"))


def _put(arguments: dict[str, Any], path: FieldPath, value: Any) -> None:
    """Set what stands at a path, or take it away; objects on the way are made where there are none."""
    within = arguments
    for name in path[:-1]:
        if name not in within and value is ABSENT:
            return
        within = within.setdefault(name, {})
    if value is ABSENT:
        within.pop(path[-1], None)
    else:
        within[path[-1]] = value


_READERS: Mapping[FieldKind, Callable[[Field, str, ParseJson], Any]] = {
    FieldKind.LINE: _text,
    FieldKind.TEXT: _text,
    FieldKind.INTEGER: _whole,
    FieldKind.NUMBER: _number,
    FieldKind.DATE: _date,
    FieldKind.JSON: _json,
}
