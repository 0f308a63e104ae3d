"""Whether one condition holds wherever another does, as far as their texts tell.

Only what is certain counts: equal parts, and comparisons of the same value with numbers. So a rule is called
unreachable only where it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.policy.cel_tree import Both, Literal, Node, Read

_TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "=="}


def implies(narrow: Node | None, wide: Node | None) -> bool:
    """Whether `wide` holds for everything that `narrow` holds for; None holds for everything."""
    if wide is None:
        return True
    if narrow is None:
        return False
    return all(_implied(part, narrow) for part in _split(wide, "&&"))


def _implied(wide: Node, narrow: Node) -> bool:
    """Whether one part is implied by any part of another condition."""
    if any(_follows(wide, part) for part in _split(narrow, "&&")):
        return True
    choices = tuple(_split(wide, "||"))
    return len(choices) > 1 and any(implies(narrow, choice) for choice in choices)


def _follows(wide: Node, narrow: Node) -> bool:
    if wide == narrow:
        return True
    choices = tuple(_split(narrow, "||"))
    if len(choices) > 1:
        return all(implies(choice, wide) for choice in choices)
    one, other = _bound(wide), _bound(narrow)
    return one is not None and other is not None and one.path == other.path and one.holds_within(other)


def _split(node: Node, sign: str) -> Iterator[Node]:
    if isinstance(node, Both) and node.sign == sign:
        yield from _split(node.left, sign)
        yield from _split(node.right, sign)
    else:
        yield node


@dataclass(frozen=True, slots=True)
class _Bound:
    """A value compared with a number."""

    path: tuple[str, ...]
    sign: str
    number: float

    def holds_within(self, other: _Bound) -> bool:
        """Whether it holds for every number that another bound lets through."""
        match (self.sign, other.sign):
            case ("<", "<") | ("<=", "<" | "<=" | "=="):
                return other.number <= self.number
            case ("<", "<=" | "=="):
                return other.number < self.number
            case (">", ">") | (">=", ">" | ">=" | "=="):
                return other.number >= self.number
            case (">", ">=" | "=="):
                return other.number > self.number
            case ("==", "=="):
                return other.number == self.number
            case _:
                return False


def _bound(node: Node) -> _Bound | None:
    match node:
        case Both(sign, Read(path), Literal(int() | float() as number)) if sign in _TURNED:
            return None if isinstance(number, bool) else _Bound(path, sign, number)
        case Both(sign, Literal(int() | float() as number), Read(path)) if sign in _TURNED:
            return None if isinstance(number, bool) else _Bound(path, _TURNED[sign], number)
        case _:
            return None
