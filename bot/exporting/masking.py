"""Arguments with what the policy masks left out, as JSON that keeps its shape."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from bot.domain.arguments import Path, is_masked, masks

#: stands for a value that is not told: no length and no ending, since whoever trains on it needs neither
MASKED = "[masked]"


def masked(arguments: Mapping[str, Any], mask: Iterable[str]) -> dict[str, Any]:
    """A copy in which every masked value, whatever it holds, is `MASKED`."""
    hidden = masks(mask)
    return {key: _masked((key,), value, hidden) for key, value in arguments.items()}


def _masked(path: Path, value: Any, hidden: tuple[str, ...]) -> Any:
    if is_masked(path, hidden):
        return MASKED
    if isinstance(value, Mapping):
        return {key: _masked((*path, str(key)), inner, hidden) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_masked((*path, place), inner, hidden) for place, inner in enumerate(value)]
    return value
