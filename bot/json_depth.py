"""How deep a JSON body nests, found without parsing it or without reading it twice, as its size asks for."""

from __future__ import annotations

import re
from typing import Any

_STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?', re.DOTALL)
_ONE_KIND = bytes.maketrans(b"{}", b"[]")
_NO_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))


def body_is_deeper_than(body: bytes, limit: int) -> bool:
    """Whether an unparsed body nests deeper than `limit`, at the speed of bytes.replace.

    A body that is not JSON may be called deeper than it is.
    """
    brackets = _STRING.sub(b"", body).translate(_ONE_KIND, delete=_NO_BRACKETS)
    for depth in range(limit):
        if b"[]" not in brackets:
            return depth + brackets.count(b"[") > limit
        # This takes away exactly the innermost level, everywhere.
        brackets = brackets.replace(b"[]", b"")
    return b"[" in brackets


def value_is_deeper_than(value: Any, limit: int) -> bool:
    """Whether a parsed value nests deeper than `limit`."""
    level = _containers([value])
    for _ in range(limit):
        if not level:
            return False
        level = [inner for outer in level for inner in _containers(outer)]
    return bool(level)


def _containers(outer: Any) -> list[Any]:
    items = outer.values() if type(outer) is dict else outer
    return [item for item in items if type(item) is dict or type(item) is list]
