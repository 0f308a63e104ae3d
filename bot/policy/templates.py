"""Summaries made from the arguments: `Refund {amount} {currency} for order {order}`.

A name stands for what is found under it and for nothing else: no conversions, no format specifications,
no attributes, and what is put in is never looked at again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.domain.errors import Invalid
from bot.policy.paths import MISSING, Path, look_up, parse_steps, wire_path
from bot.policy.problems import UnfitError

#: longer values are cut in the summary; the card shows every argument whole elsewhere
LONGEST_VALUE = 160

_TOKEN = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")


@dataclass(frozen=True, slots=True)
class Template:
    """A summary with names to fill in."""

    parts: tuple[str | Path, ...]

    @property
    def paths(self) -> tuple[Path, ...]:
        """The arguments it shows."""
        return tuple(part for part in self.parts if isinstance(part, tuple))

    def fill(self, arguments: Mapping[str, Any], derived: Mapping[str, str]) -> str:
        """The summary of these arguments; `derived` values win over arguments of the same name.

        Raises Invalid naming the argument that is missing.
        """
        return "".join(
            [part if isinstance(part, str) else _value(part, arguments, derived) for part in self.parts]
        )


def parse_template(text: str) -> Template:
    """The template that a text is; raises UnfitError with a sentence."""
    parts: list[str | Path] = []
    end = 0
    for token in _TOKEN.finditer(text):
        parts.append(text[end : token.start()])
        parts.append(_part(token))
        end = token.end()
    parts.append(text[end:])
    return Template(tuple(part for part in parts if part))


def _part(token: re.Match[str]) -> str | Path:
    if token[0] in ("{{", "}}"):
        return token[0][0]
    path = parse_steps(token[1]) if token[1] else None
    if path is None:
        raise UnfitError(
            f'"{token[0]}" names no argument; write {{name}} or {{name.part}}, and {{{{ for a brace itself.'
        )
    return path[1:] if path[0] == "arguments" and len(path) > 1 else path


def _value(path: Path, arguments: Mapping[str, Any], derived: Mapping[str, str]) -> str:
    if len(path) == 1 and path[0] in derived:
        return derived[str(path[0])]
    value = look_up(arguments, path)
    if value is MISSING:
        place = wire_path(path)
        raise Invalid(f"{place} is missing; the summary that people read is made from it.", field=place)
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    text = " ".join(text.split())
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}…"
