"""Changed copies of values, made quickly: a fold makes about ten, inside the deciding transaction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from typing import Any, TypeVar

T = TypeVar("T")

_SHAPES: dict[type, tuple[Callable[[Any], Any], dict[str, Callable[[Any, Any], None]]]] = {}


def evolved(value: T, **changes: Any) -> T:
    """As `dataclasses.replace` at a third of its cost, for slotted values without `__post_init__`.

    Raises `KeyError` for a field that the value does not have.
    """
    copied, writers = _SHAPES.get(type(value)) or _shape(type(value))
    copy: T = copied(value)
    for name, part in changes.items():
        writers[name](copy, part)
    return copy


def _shape(kind: type) -> tuple[Callable[[Any], Any], dict[str, Callable[[Any, Any], None]]]:
    # Slot descriptors write past the frozen __setattr__; nobody else has seen the copy yet.
    writers = {field.name: getattr(kind, field.name).__set__ for field in fields(kind)}
    shape = _SHAPES[kind] = _copier(kind, writers), writers
    return shape


def _copier(kind: type, writers: dict[str, Callable[[Any, Any], None]]) -> Callable[[Any], Any]:
    """A function that copies field by field, written out as `dataclasses` writes `__init__`.

    A loop over the fields costs twice as much.
    """
    names = {
        "kind": kind,
        "new": object.__new__,
        **{f"write_{name}": write for name, write in writers.items()},
    }
    copying = [f"    write_{name}(copy, value.{name})" for name in writers]
    source = ["def copied(value):", "    copy = new(kind)", *copying, "    return copy"]
    exec("\n".join(source), names)  # noqa: S102 - nothing but the field names of our own classes goes in
    return names["copied"]  # type: ignore[return-value]  # what was written out above
