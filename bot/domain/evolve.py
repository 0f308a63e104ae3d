"""Changed copies of values, made quickly: a fold makes about ten, inside the deciding transaction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from operator import attrgetter
from typing import Any, TypeVar

T = TypeVar("T")

_SHAPES: dict[type, tuple[Callable[[Any], tuple[Any, ...]], dict[str, Callable[[Any, Any], None]]]] = {}


def evolved(value: T, **changes: Any) -> T:
    """As `dataclasses.replace` at half its cost, for slotted values without `__post_init__`.

    Raises `KeyError` for a field that the value does not have.
    """
    kind = type(value)
    read, writers = _SHAPES.get(kind) or _shape(kind)
    copy = object.__new__(kind)
    # Slot descriptors write past the frozen __setattr__; nobody else has seen the copy yet.
    for write, part in zip(writers.values(), read(value), strict=True):
        write(copy, part)
    for name, part in changes.items():
        writers[name](copy, part)
    return copy


def _shape(kind: type) -> tuple[Callable[[Any], tuple[Any, ...]], dict[str, Callable[[Any, Any], None]]]:
    names = [field.name for field in fields(kind)]
    shape = attrgetter(*names), {name: getattr(kind, name).__set__ for name in names}
    _SHAPES[kind] = shape
    return shape
