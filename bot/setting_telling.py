"""How a setting that is not what it has to be is told: with a sentence, never with a secret's value."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

T = TypeVar("T")


class WrongValueError(Exception):
    """A setting is not what it has to be; the text says so, and what to do."""


def told(read: Callable[[Any], T]) -> BeforeValidator:
    def reader(value: Any) -> T:
        try:
            return read(value)
        except WrongValueError as error:
            raise PydanticCustomError("sentence", "{sentence}", {"sentence": str(error)}) from None

    return BeforeValidator(reader)


def parts_of(value: object) -> tuple[str, ...]:
    """What stands between commas."""
    parts = value if isinstance(value, list | tuple) else str(value).split(",")
    return tuple(str(part).strip() for part in parts if str(part).strip())
