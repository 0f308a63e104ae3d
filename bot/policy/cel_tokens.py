"""The words that a condition in CEL is made of (language definition of cel.dev, "Syntax")."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

Value: TypeAlias = str | int | float | bool | None

_TOKEN = re.compile(
    r"""
    (?P<space>\s+|//[^\n]*)
  | (?P<text>(?:[rR]?(?:\"\"\"[\s\S]*?\"\"\"|'''[\s\S]*?'''|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')))
  | (?P<real>[0-9]+\.[0-9]+(?:[eE][+-]?[0-9]+)?|[0-9]+[eE][+-]?[0-9]+|\.[0-9]+(?:[eE][+-]?[0-9]+)?)
  | (?P<whole>(?:0[xX][0-9a-fA-F]+|[0-9]+)[uU]?)
  | (?P<name>[A-Za-z_][A-Za-z0-9_]*)
  | (?P<sign>&&|\|\||==|!=|<=|>=|[-+*/%<>!?:.,()\[\]{}])
    """,
    re.VERBOSE,
)
_WORDS: dict[str, Value] = {"true": True, "false": False, "null": None}


class StrangeError(Exception):
    """The text is not written in the part of CEL that is read here."""


@dataclass(frozen=True, slots=True)
class Token:
    """One word."""

    #: `name`, `sign`, `value` or `end`
    kind: str
    text: str
    value: Value = None


END = Token("end", "")


def tokens(text: str) -> Iterator[Token]:
    """The words of a condition; raises StrangeError."""
    position = 0
    while position < len(text):
        found = _TOKEN.match(text, position)
        if found is None:
            raise StrangeError
        position = found.end()
        token = _token(str(found.lastgroup), found[0])
        if token is not None:
            yield token
    yield END


def _token(kind: str, said: str) -> Token | None:
    if kind == "space":
        return None
    if kind == "text":
        return Token("value", said, _unquoted(said))
    if kind == "real":
        return Token("value", said, float(said))
    if kind == "whole":
        return Token("value", said, int(said.rstrip("uU"), 0 if said[:2] in ("0x", "0X") else 10))
    if kind == "name" and said in _WORDS:
        return Token("value", said, _WORDS[said])
    return Token(kind, said)


def _unquoted(said: str) -> str:
    # CEL's escapes are Python's, but for a few that only one of the two knows; those are not read.
    try:
        value = ast.literal_eval(said)
    except (SyntaxError, ValueError):
        raise StrangeError from None
    if not isinstance(value, str) or re.search(r"\\[N?`\n]", said):
        raise StrangeError
    return value
