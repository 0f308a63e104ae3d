"""The arguments of an action as lines for people: every leaf, with its path; masked where the policy says.

What was shown is what runs, so nothing is left out, shortened or tidied: empty objects have a line, text that
reads like another type is quoted, and characters that cannot be seen are named.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from bot.domain.card import ArgumentLine
from bot.domain.text import exact

#: a path of keys and list positions
Path = tuple[str | int, ...]

_PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*\Z")
_INDEX = re.compile(r"\[[^\]]*\]")
#: text that would be taken for another type, or for nothing
_MISREAD = re.compile(r'(?:true|false|null|None|["\[{⟨].*)?\Z|\s|.*\s\Z', re.DOTALL)
_ROOT = "arguments."
#: of a masked value at most its last four characters are shown, and never more than a quarter
_SHOWN_OF_MASKED = 4


def flattened(arguments: Mapping[str, Any], mask: Iterable[str] = ()) -> tuple[ArgumentLine, ...]:
    """Every argument, in the order given; `mask` holds paths as the policy writes them."""
    masked = masks(mask)
    return tuple(_line(path, value, masked=is_masked(path, masked)) for path, value in leaves(arguments))


def unmasked(arguments: Mapping[str, Any], mask: Iterable[str]) -> tuple[ArgumentLine, ...]:
    """Of every argument that the policy masks, its path and its whole value, in the order given."""
    masked = masks(mask)
    return tuple(
        _line(path, value, masked=False) for path, value in leaves(arguments) if is_masked(path, masked)
    )


def hiding(arguments: Mapping[str, Any], mask: Iterable[str]) -> tuple[str, ...]:
    """Of these masks, as the policy writes them, those that hide something here."""
    paths = [path for path, _ in leaves(arguments)]
    return tuple(each for each in mask if any(is_masked(path, masks((each,))) for path in paths))


def masks(mask: Iterable[str]) -> tuple[str, ...]:
    """Paths as the policy writes them, made ready for `is_masked`."""
    return tuple(_normal(path) for path in mask)


def leaves(arguments: Mapping[str, Any]) -> Iterator[tuple[Path, Any]]:
    """Every value that holds no other values, in reading order; depth costs no recursion."""
    waiting: list[tuple[Path, Any]] = [((key,), value) for key, value in list(arguments.items())[::-1]]
    while waiting:
        path, value = waiting.pop()
        if value and isinstance(value, Mapping):
            waiting += [((*path, str(key)), inner) for key, inner in list(value.items())[::-1]]
        elif value and isinstance(value, list | tuple):
            waiting += [((*path, place), value[place]) for place in range(len(value) - 1, -1, -1)]
        else:
            yield path, value


def written(path: Path) -> str:
    """A path as text: `lines[0].sku`, and `["odd key"]` where a key is no plain word."""
    parts: list[str] = []
    for part in path:
        if isinstance(part, int):
            parts.append(f"[{part}]")
        elif _PLAIN_KEY.match(part):
            parts.append(f".{part}" if parts else part)
        else:
            parts.append(f"[{_quoted(part)}]")
    return "".join(parts)


def shown(value: Any) -> str:
    """A value as it is read: text as it stands, anything else as JSON writes it."""
    if not isinstance(value, str):
        return _json(value)
    return _quoted(value) if _MISREAD.match(value) else exact(value)


def hidden(value: Any) -> str:
    """What may be told of a masked value: its type, its length and its end."""
    if value is None or isinstance(value, bool):
        return "nothing" if value is None else "yes or no"
    text = value if isinstance(value, str) else _json(value)
    kind = "text" if isinstance(value, str) else "number" if isinstance(value, int | float) else "value"
    told = f"{kind}, {len(text)} character{'s' if len(text) != 1 else ''}"
    end = min(_SHOWN_OF_MASKED, len(text) // 4)
    return f"{told}, ends in {exact(text[-end:])}" if end else told


def is_masked(path: Path, masked: tuple[str, ...]) -> bool:
    """Whether a mask (as `masks` gives them) names this path or something around it.

    Positions in lists make no difference.
    """
    if not masked:
        return False
    name = ".".join(part for part in path if isinstance(part, str)).casefold()
    return any(name == each or name.startswith(f"{each}.") for each in masked)


def _line(path: Path, value: Any, *, masked: bool) -> ArgumentLine:
    return ArgumentLine(path=written(path), value=hidden(value) if masked else shown(value), masked=masked)


def _normal(path: str) -> str:
    return _INDEX.sub("", path.removeprefix(_ROOT)).casefold()


def _quoted(text: str) -> str:
    escaped = exact(text).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _json(value: Any) -> str:
    return exact(json.dumps(value, ensure_ascii=False, default=str))
