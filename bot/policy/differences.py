"""How two values of a policy differ, in words: `wait is 30m now; it was 15m`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bot.spelling import listed

#: longer values are cut in sentences
_LONGEST = 200


def differences(path: str, old: Any, new: Any) -> Iterator[str]:
    """Everything that differs at a path, without full stops; nothing for what is equal."""
    if old == new and type(old) is type(new):
        return
    if _is_block(old) and _is_block(new):
        for key in dict.fromkeys((*(old or {}), *(new or {}))):
            yield from differences(_within(path, key), (old or {}).get(key), (new or {}).get(key))
    elif isinstance(old, list) and isinstance(new, list):
        yield from _of_lists(path, old, new)
    else:
        yield _of_values(path, old, new)


def flow(value: Any) -> str:
    """A value on one line, much as it is written."""
    return _cut(_flow(value).removeprefix("{").removesuffix("}")) if isinstance(value, dict) else _said(value)


def _is_block(value: Any) -> bool:
    return isinstance(value, Mapping)


def _of_lists(path: str, old: list[Any], new: list[Any]) -> Iterator[str]:
    if any(isinstance(item, dict | list) for item in (*old, *new)):
        for place in range(max(len(old), len(new))):
            before = old[place] if place < len(old) else None
            after = new[place] if place < len(new) else None
            yield from differences(f"{path} {place + 1}", before, after)
        return
    gained = [_said(item) for item in new if item not in old]
    lost = [_said(item) for item in old if item not in new]
    if gained or lost:
        said = [f"has {listed(gained)} now"] if gained else []
        said += [f"has {listed(lost)} no longer"] if lost else []
        yield f"{path or 'it'} {' and '.join(said)}"
    else:
        yield f"{path or 'it'} is in another order now: {_said(new)}"


def _of_values(path: str, old: Any, new: Any) -> str:
    what = path or "it"
    if old is None:
        return f"{what} is {_said(new)} now; it was not set"
    if new is None:
        return f"{what} is not set any more; it was {_said(old)}"
    return f"{what} is {_said(new)} now; it was {_said(old)}"


def _within(path: str, key: str) -> str:
    if not path:
        return key
    if path[-1].isdigit():
        return f"{path}, {key}"
    # Patterns such as refund.* would read as part of the path.
    return f"{path}.{key}" if key.isidentifier() else f"{path} for {key}"


def _said(value: Any) -> str:
    return _cut(_flow(value))


def _flow(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_flow(item) for item in value) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    text = " ".join(str(value).split())
    return f'"{text}"' if " " in text or not text else text


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
