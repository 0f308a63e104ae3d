"""Paths into the arguments of an action, such as `arguments.items[0].price`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final, TypeAlias

from bot.policy.problems import UnfitError

ROOT = "arguments"

Path: TypeAlias = tuple[str | int, ...]


class _Missing:
    def __repr__(self) -> str:
        return "MISSING"


#: what `look_up` finds where nothing stands; null is something
MISSING: Final = _Missing()

_PART = re.compile(
    r"(?:^|\.)(?!__)([A-Za-z_][A-Za-z0-9_-]*)|\.([0-9]{1,6})(?![A-Za-z0-9_-])|\[([0-9]{1,6})\]", re.ASCII
)


def parse_path(text: str) -> Path:
    """The steps of a path behind its first, `arguments`; raises UnfitError."""
    parts = parse_steps(text)
    if parts is None or parts[0] != ROOT or len(parts) < 2:
        raise UnfitError(f'"{text}" is not a path into the arguments; write one such as {ROOT}.amount.')
    return parts[1:]


def parse_steps(text: str) -> Path | None:
    """The steps of a path, None for what is none; no name begins with `__`, the first one with no digit."""
    parts: list[str | int] = []
    position = 0
    while position < len(text):
        found = _PART.match(text, position)
        if found is None or (position and found.start() == found.end()):
            return None
        name, dotted, bracketed = found.groups()
        parts.append(name if name is not None else int(dotted if dotted is not None else bracketed))
        position = found.end()
    return tuple(parts) if parts and isinstance(parts[0], str) else None


def look_up(arguments: Any, path: Path) -> Any:
    """What stands at a path, MISSING where nothing does; keys and indices are followed, never attributes."""
    value = arguments
    for part in path:
        # dict first: asking for the abstract class costs several times as much
        if isinstance(value, dict) or isinstance(value, Mapping):  # noqa: SIM101 - one call would cost the same as two
            value = value.get(str(part), MISSING)
        elif isinstance(value, list) and isinstance(part, int) and part < len(value):
            value = value[part]
        else:
            return MISSING
    return value


def wire_path(path: Path) -> str:
    """The path as the submit body has it: `action.arguments.items[0]`."""
    return f"action.{ROOT}" + "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
