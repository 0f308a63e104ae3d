"""What a condition reads without knowing that it is there.

A value is known to be there when every request has it, when the policy requires or derives it, or when the
condition has asked `has()` before. A condition stops reading where its answer is certain, from left to right:
`has(x) && x > 1` and `!has(x) || x > 1` read x only where it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from bot.domain.history import AMOUNTS, NAMES, OF_SUBJECT
from bot.policy.cel_tree import Both, Call, Choice, Element, Has, Literal, Node, Not, Read, parts_of

Path: TypeAlias = tuple[str, ...]
Known: TypeAlias = frozenset[Path]

#: what the body of every request holds
ALWAYS: Known = frozenset(
    {
        ("agent",),
        ("action",),
        ("action", "name"),
        ("action", "summary"),
        ("action", "arguments"),
        ("action", "effects"),
        ("reasoning",),
        ("context",),
        ("context", "tried"),
        ("context", "evidence"),
        ("context", "conversation"),
        ("impact",),
        ("signals",),
        ("signals", "topics"),
        ("signals", "missing"),
        ("history",),
        *(("history", name) for name in NAMES - OF_SUBJECT - AMOUNTS),
    }
)
#: what stands before the name of what no `has()` can ask for
ELEMENT = "an element of "
_SUBJECT: Path = ("context", "subject")
_FACTS: Path = (*_SUBJECT, "facts")
_NOTHING: Known = frozenset()


def unguarded(node: Node, required: Known = _NOTHING) -> Iterator[str]:
    """The values that a condition reads although they may be absent, as it writes them."""
    yield from _unsure(node, _closed(ALWAYS | required))


def _unsure(node: Node, known: Known) -> Iterator[str]:
    match node:
        case Read(path):
            if path not in known:
                yield shown(path)
        case Has(path):
            if path[:-1] not in known:
                yield shown(path[:-1])
        case Both("&&", left, right):
            yield from _unsure(left, known)
            yield from _unsure(right, known | _if_true(left))
        case Both("||", left, right):
            yield from _unsure(left, known)
            yield from _unsure(right, known | _if_false(left))
        case Choice(test, yes, no):
            yield from _unsure(test, known)
            yield from _unsure(yes, known | _if_true(test))
            yield from _unsure(no, known | _if_false(test))
        case Element(parts):
            yield f"{ELEMENT}{_written(parts[0])}"
        case _:
            for part in parts_of(node):
                yield from _unsure(part, known)


def _if_true(node: Node) -> Known:
    """What is there when a condition holds."""
    match node:
        case Has(path):
            return _closed(frozenset({path}))
        case Not(inner):
            return _if_false(inner)
        case Both("&&", left, right):
            return _if_true(left) | _if_true(right)
        case Both("||", left, right):
            return _if_true(left) & _if_true(right)
        case Both("in", Literal(str(key)), Read(path)):
            return _closed(frozenset({(*path, key)}))
        case _:
            return _NOTHING


def _if_false(node: Node) -> Known:
    """What is there when a condition does not hold."""
    match node:
        case Not(inner):
            return _if_true(inner)
        case Both("&&", left, right):
            return _if_false(left) & _if_false(right)
        case Both("||", left, right):
            return _if_false(left) | _if_false(right)
        case _:
            return _NOTHING


def _closed(known: Known) -> Known:
    """With everything around it, and with the facts that every subject has."""
    around = frozenset(path[:length] for path in known for length in range(1, len(path) + 1))
    return around | {_FACTS} if _SUBJECT in around else around


def shown(path: Path) -> str:
    """A path as conditions write it."""
    return path[0] + "".join(f".{part}" if part.isidentifier() else f'["{part}"]' for part in path[1:])


def _written(node: Node) -> str:
    match node:
        case Read(path):
            return shown(path)
        case Element(parts) | Call(_, parts) if parts:
            return _written(parts[0])
        case _:
            return "a list"
