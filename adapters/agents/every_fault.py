"""Every wrong field of a body or a query at once, so that an agent's author corrects them in one go.

Reading stops at the first fault, and what is right is read no slower for this: only after that first
fault is each part looked at on its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

import msgspec

from adapters.agents.faults import BadField, fault_at, fault_in, told_by, unknown_field

#: as many faults are told; whoever has more has misunderstood something that the first ones tell
MOST_TOLD = 20

_Kind = type[msgspec.Struct]


def every_fault_in(
    kind: _Kind, value: object, error: msgspec.ValidationError, *, strict: bool = True
) -> BadField:
    """The fault that was found first, carrying those that the same value has beside it."""
    first = fault_in(kind, error)
    told = {first.sentence: first}
    for fault in _Search(kind, strict=strict).faults(value):
        if len(told) == MOST_TOLD and fault.sentence not in told:
            first.has_more = True
            break
        told.setdefault(fault.sentence, fault)
    first.every = tuple(told.values())
    return first


class _Search:
    """Looks at every part of a value that does not fit."""

    def __init__(self, kind: _Kind, *, strict: bool) -> None:
        self._kind = kind
        self._strict = strict

    def faults(self, value: object) -> Iterator[BadField]:
        """What does not fit, in the order of the fields."""
        return self._at(self._kind, value, "")

    def _at(self, hint: Any, value: object, path: str) -> Iterator[BadField]:
        if (error := self._error(hint, value)) is None:
            return
        bare = _bare(hint)
        if isinstance(value, dict) and _is_struct(bare):
            yield from self._in_struct(bare, value, path)
        elif isinstance(value, list | dict) and get_origin(bare) is type(value):
            yield from self._length_of(hint, value, path)
            yield from self._in_collection(bare, value, path)
        else:
            yield self._fault(error, path)

    def _in_struct(self, struct: _Kind, value: dict[str, object], path: str) -> Iterator[BadField]:
        fields = {field.encode_name: field for field in msgspec.structs.fields(struct)}
        for name, field in fields.items():
            if name in value:
                yield from self._at(field.type, value[name], f"{path}.{name}")
            elif field.required:
                yield fault_at(self._kind, f"Object missing required field `{name}`", path)
        for name in value:
            if name not in fields:
                yield unknown_field(self._kind, path, name)

    def _in_collection(self, hint: Any, value: list[Any] | dict[str, Any], path: str) -> Iterator[BadField]:
        if isinstance(value, list):
            [item] = get_args(hint)
            for position, each in enumerate(value):
                yield from self._at(item, each, f"{path}[{position}]")
            return
        key, item = get_args(hint)
        # The names inside are the agent's data, not ours; they are not told.
        for name, each in value.items():
            yield from self._at(key, name, path)
            yield from self._at(item, each, f"{path}[...]")

    def _length_of(self, hint: Any, value: list[Any] | dict[str, Any], path: str) -> Iterator[BadField]:
        limits = tuple(_limits(hint))
        if limits and (error := self._error(Annotated[(type(value), *limits)], value)):
            yield self._fault(error, path)

    def _fault(self, error: msgspec.ValidationError, path: str) -> BadField:
        message, inner = told_by(error)
        return fault_at(self._kind, message, f"{path}{inner}")

    def _error(self, hint: Any, value: object) -> msgspec.ValidationError | None:
        try:
            msgspec.convert(value, hint, strict=self._strict)
        except msgspec.ValidationError as error:
            return error
        return None


def _is_struct(hint: Any) -> bool:
    return isinstance(hint, type) and issubclass(hint, msgspec.Struct)


def _bare(hint: Any) -> Any:
    """The type without its limits and without `| None`."""
    *_, innermost = _layers(hint)
    return innermost


def _limits(hint: Any) -> Iterator[msgspec.Meta]:
    for layer in _layers(hint):
        if get_origin(layer) is Annotated:
            yield from (part for part in get_args(layer) if isinstance(part, msgspec.Meta))


def _layers(hint: Any) -> Iterator[Any]:
    """The type as it is written, and what is left of it when limits and `| None` are peeled off."""
    yield hint
    while get_origin(hint) in (Annotated, Union, UnionType):
        hint = next(part for part in get_args(hint) if part is not NoneType)
        yield hint
