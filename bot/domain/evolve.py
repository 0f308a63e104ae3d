"""Changed copies of values, made quickly: a fold makes about ten, inside the deciding transaction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from typing import Any, TypeVar, cast

T = TypeVar("T")

_COPIERS: dict[type, Callable[[Any], Any]] = {}


def evolved(value: T, **changes: Any) -> T:
    """As `dataclasses.replace` at a fifth of its cost, for slotted values without `__post_init__`.

    Raises `AttributeError` for a field that the value does not have.
    """
    kind = type(value)
    copier = _COPIERS.get(kind) or _copier(kind)
    copy: Any = copier(value)
    for name, part in changes.items():
        setattr(copy, name, part)
    copy.__class__ = kind
    return cast(T, copy)


def _copier(kind: type) -> Callable[[Any], Any]:
    """A function that copies field by field into a value that is still open.

    It is written out as `dataclasses` writes `__init__`: a loop over the fields costs twice as much.
    """
    names = [field.name for field in fields(kind)]
    globals_: dict[str, Any] = {"new": object.__new__, "open_kind": _open(kind)}
    copying = [f"    copy.{name} = value.{name}" for name in names]
    source = ["def copied(value):", "    copy = new(open_kind)", *copying, "    return copy"]
    exec("\n".join(source), globals_)  # noqa: S102 - nothing but the field names of our own classes goes in  # nosec B102
    copier: Callable[[Any], Any] = globals_["copied"]
    return _COPIERS.setdefault(kind, copier)


def _open(kind: type) -> type:
    """The same slots without the frozen `__setattr__`, so that a copy is filled like any plain object.

    A copy turns into one of the kind once it is whole; nobody else has seen it before.
    """
    slots = kind.__dict__["__slots__"]
    return type(kind.__name__, kind.__bases__, {"__slots__": slots, "__setattr__": object.__setattr__})
