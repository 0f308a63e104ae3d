"""A form in neutral words: one field an argument, which every platform draws with its own inputs.

A field's name comes from its argument's path alone, so that what was typed into one drawing of the form still
means the same argument in the next.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, TypeAlias

from bot.domain.evolve import evolved

#: keys of objects; what a list holds is changed as one value
FieldPath: TypeAlias = tuple[str, ...]
#: what inputs hold, by the field's key: one text, or the keys of the chosen options
Values: TypeAlias = Mapping[str, tuple[str, ...]]

#: the option of a choice that leaves the argument out
NOT_GIVEN = "not_given"


class _Nothing:
    def __init__(self, name: str) -> None:
        self._name = name

    def __repr__(self) -> str:
        return self._name


#: stands for an argument that is not there; null is something
ABSENT: Final = _Nothing("ABSENT")
#: what emptying a field comes to where something has to stand in it
REFUSED: Final = _Nothing("REFUSED")


class FieldKind(StrEnum):
    """Which input a field needs."""

    LINE = "line"
    TEXT = "text"  # several lines
    INTEGER = "integer"
    NUMBER = "number"
    DATE = "date"  # such as 2026-03-02
    CHOICE = "choice"  # one of its options
    CHOICES = "choices"  # any of its options
    JSON = "json"  # anything else, as JSON text


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One thing to choose."""

    key: str
    label: str
    value: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One argument that can be changed."""

    #: the input's name, on every platform
    key: str
    path: FieldPath
    label: str
    #: what the policy says of it, and what fits
    hint: str = ""
    kind: FieldKind
    #: what the argument is, ABSENT where there is none
    value: Any
    #: what the input holds while nothing was changed
    shown: tuple[str, ...]
    #: what the input holds now
    given: tuple[str, ...]
    #: what emptying the input comes to: a value, ABSENT, or REFUSED
    emptied: Any = REFUSED
    required: bool = False
    #: the value is kept from sight, and stays unless another one is written
    masked: bool = False
    options: tuple[Option, ...] = ()
    #: characters
    longest: int | None = None
    #: JSON Schema's `format` of a text
    format: str = ""

    @property
    def text(self) -> str:
        """What a text input holds now."""
        return self.given[0] if self.given else ""

    @property
    def chosen(self) -> tuple[Option, ...]:
        """The options that are chosen now."""
        return tuple(option for option in self.options if option.key in self.given)


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """Every argument that can be changed in a form."""

    fields: tuple[Field, ...]
    #: how many arguments no form of this size can hold
    left_out: int = 0

    def filled(self, values: Values) -> Form:
        """The form with what was typed in its inputs; what it has no input for is passed over."""
        fields = (evolved(f, given=values[f.key]) if f.key in values else f for f in self.fields)
        return evolved(self, fields=tuple(fields))

    def __iter__(self) -> Iterator[Field]:
        return iter(self.fields)


def key_of(path: FieldPath) -> str:
    """The name of a path's input: short, made of letters and digits, the same for ever."""
    return f"arg_{_short_hash(json.dumps(path))}"


def option_key(value: Any) -> str:
    """The key of an option with this value."""
    return f"opt_{_short_hash(json.dumps(value, sort_keys=True))}"


def _short_hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
