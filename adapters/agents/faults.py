"""What is wrong with a body or a query, told by field and remedy."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches
from functools import lru_cache

import msgspec
from msgspec import inspect

from adapters.agents.payload import REMEDIES
from bot.domain.errors import Invalid

_LONGEST_NAME = 60
_STEP = re.compile(r"\.(?P<name>\w+)|\[(?P<index>\d+|\.\.\.)\]")
_LENGTH = re.compile(r"Expected `(?P<kind>\w+)` of length (?P<bound>[<>]=) (?P<most>\d+)")
_RANGE = re.compile(r"Expected `\w+` (?P<bound>[<>]=) (?P<limit>[-\d.]+)")
_KIND = re.compile(r"Expected `(?P<wanted>[^`]+)`, got `(?P<given>[^`]+)`")
_PATTERNS = {f"Expected `str` matching regex {pattern!r}": told for pattern, told in REMEDIES.items()}

_WORDS = {
    "str": "text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "object": "an object",
    "array": "a list",
    "null": "null",
    "datetime": "a time",
}
_UNITS = {"str": "characters", "array": "entries", "object": "entries"}


class BadField(Invalid):
    """A field does not fit."""

    def __init__(self, problem: str, remedy: str, *, field: str) -> None:
        super().__init__(f"{field or 'The body'} {problem}; {remedy}.", field=field or None)
        self.remedy = f"{remedy[0].upper()}{remedy[1:]}."
        #: every fault of the same body that was told with this one, itself first
        self.every: tuple[BadField, ...] = (self,)
        #: whether there are even more, which are not told
        self.has_more = False


def fault_in(kind: type[msgspec.Struct], error: msgspec.ValidationError) -> BadField:
    """The fault that msgspec found while it read a body of this kind, in our own words."""
    return fault_at(kind, *told_by(error))


def told_by(error: msgspec.ValidationError) -> tuple[str, str]:
    """What msgspec says is wrong, and the path to it: `.impact.amount`, empty for the value as a whole."""
    message, _, where = str(error).rpartition(" - at `")
    if not message:
        return where, ""
    return message, where.removesuffix("`").removeprefix("key` in `").removeprefix("$")


def fault_at(kind: type[msgspec.Struct], message: str, path: str) -> BadField:
    """The fault that msgspec names in this message, at this path into a body of this kind."""
    # A hostile field name may look like msgspec's own words; what is told stays plain and short.
    field = _printable(path.removeprefix("."))
    if name := _between(message, "Object missing required field `"):
        return BadField("is missing", "send it", field=_join(field, name))
    if name := _between(message, "Object contains unknown field `"):
        return unknown_field(kind, path, name)
    problem, remedy = _told(kind, path, message)
    return BadField(problem, remedy, field=field)


def _told(kind: type[msgspec.Struct], path: str, message: str) -> tuple[str, str]:
    if message in _PATTERNS:
        return "is not written as it has to be", _PATTERNS[message]
    if message.startswith("Invalid enum value"):
        return "is none of the known words", f"send one of {_listed(_choices(kind, path))}"
    if "datetime" in message and "got" not in message:
        return "is not a time with its zone", "send it as RFC 3339 has it: 2027-03-01T12:00:00Z"
    if found := _LENGTH.match(message):
        many, unit = int(found["most"]), _UNITS[found["kind"]]
        return (
            ("is too long", f"send at most {many:,} {unit}")
            if found["bound"] == "<="
            else _too_short(unit, is_required=_is_required(kind, path))
        )
    if found := _RANGE.match(message):
        edge = f"{float(found['limit']):g}"
        return ("is too large", f"{edge} is the most") if found["bound"] == "<=" else _too_small(edge)
    if found := _KIND.match(message):
        wanted = " or ".join(_WORDS.get(word, word) for word in found["wanted"].split(" | "))
        given = _WORDS.get(found["given"], found["given"])
        return f"is {given} where {wanted} belongs", f"send {wanted}"
    return "does not fit", "see the documentation at /docs"


def _too_short(unit: str, *, is_required: bool) -> tuple[str, str]:
    fill = "fill it" if unit == "characters" else "give at least one"
    return "is empty", fill if is_required else f"{fill} or leave it out"


def _too_small(edge: str) -> tuple[str, str]:
    return "is too small", f"{edge} is the least"


def unknown_field(kind: type[msgspec.Struct], path: str, name: str) -> BadField:
    """The fault of a name that the object at this path does not have, with the one probably meant."""
    outer = _printable(path.removeprefix("."))
    there = _type_at(kind, path)
    known = [each.encode_name for each in there.fields] if isinstance(there, inspect.StructType) else []
    close = get_close_matches(name, known, n=1)
    remedy = f"did you mean {close[0]}? If not, leave it out" if close else "leave it out"
    return BadField("is not a known field", remedy, field=_join(outer, _printable(name)))


def _choices(kind: type[msgspec.Struct], path: str) -> tuple[str, ...]:
    there = _type_at(kind, path)
    return tuple(str(value) for value in there.values) if isinstance(there, inspect.LiteralType) else ()


def _is_required(kind: type[msgspec.Struct], path: str) -> bool:
    outer, _, name = path.rpartition(".")
    there = _type_at(kind, outer)
    fields = there.fields if isinstance(there, inspect.StructType) else ()
    return any(each.encode_name == name and each.required for each in fields)


def _type_at(kind: type[msgspec.Struct], path: str) -> inspect.Type:
    there = _type_of(kind)
    for step in _STEP.finditer(path):
        there = next((t for t in _inside(there, step["name"])), there)
    return _plain(there)


def _inside(outer: inspect.Type, name: str | None) -> Iterator[inspect.Type]:
    outer = _plain(outer)
    if isinstance(outer, inspect.StructType):
        yield from (field.type for field in outer.fields if field.encode_name == name)
    elif isinstance(outer, inspect.ListType):
        yield outer.item_type
    elif isinstance(outer, inspect.DictType):
        yield outer.value_type


def _plain(there: inspect.Type) -> inspect.Type:
    """The type behind descriptions and `| None`."""
    while isinstance(there, inspect.Metadata | inspect.UnionType):
        if isinstance(there, inspect.Metadata):
            there = there.type
        else:
            there = next(t for t in there.types if not isinstance(t, inspect.NoneType))
    return there


@lru_cache
def _type_of(kind: type[msgspec.Struct]) -> inspect.Type:
    return inspect.type_info(kind)


def _between(message: str, beginning: str) -> str:
    return message[len(beginning) :].removesuffix("`") if message.startswith(beginning) else ""


def _join(outer: str, name: str) -> str:
    return f"{outer}.{name}" if outer else name


def _printable(name: str) -> str:
    plain = "".join(letter if letter.isascii() and letter.isprintable() else "?" for letter in name)
    return plain if len(plain) <= _LONGEST_NAME else f"{plain[:_LONGEST_NAME]}..."


def _listed(words: tuple[str, ...]) -> str:
    return ", ".join(words) if words else "the documented ones"
