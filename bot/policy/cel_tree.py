"""A condition in CEL as a tree, to tell what it reads before it is ever asked.

Only the part of the language that conditions are written in: no comprehensions, no messages. What is not
read here is no condition of a rule, so that nothing runs by itself on something that was not understood.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from bot.policy.cel_tokens import END, StrangeError, Token, Value, tokens

#: levels of brackets; more is no condition that people read
_DEEPEST = 40
#: operators with two sides, the loosest first
_LEVELS = (
    ("||",),
    ("&&",),
    ("<", "<=", ">", ">=", "==", "!=", "in"),
    ("+", "-"),
    ("*", "/", "%"),
)


@dataclass(frozen=True, slots=True)
class Literal:
    """A value that is written out."""

    value: Value


@dataclass(frozen=True, slots=True)
class Read:
    """A value of the request: `impact.amount`, `context.subject.facts["LTV"]`."""

    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Has:
    """Whether a value of the request is there."""

    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Both:
    """Two sides and what is between them."""

    sign: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Not:
    """The contrary."""

    node: Node


@dataclass(frozen=True, slots=True)
class Choice:
    """`test ? yes : no`."""

    test: Node
    yes: Node
    no: Node


@dataclass(frozen=True, slots=True)
class Call:
    """A function, or anything else that needs all its parts."""

    name: str
    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Element:
    """Something inside a list or a block, of which nobody can tell beforehand whether it is there."""

    parts: tuple[Node, ...]


Node: TypeAlias = Literal | Read | Has | Both | Not | Choice | Call | Element


def parsed(text: str) -> Node:
    """The tree of a condition; raises StrangeError."""
    parser = _Parser(tokens(text))
    node = parser.expression()
    parser.take(END.text)
    return node


def walked(node: Node) -> Iterator[Node]:
    """The node and everything in it."""
    yield node
    for part in parts_of(node):
        yield from walked(part)


def parts_of(node: Node) -> tuple[Node, ...]:
    """What a node is made of."""
    match node:
        case Both():
            return (node.left, node.right)
        case Not():
            return (node.node,)
        case Choice():
            return (node.test, node.yes, node.no)
        case Call() | Element():
            return node.parts
        case _:
            return ()


class _Parser:
    """Reads by descent; `take` goes on, `at` looks."""

    def __init__(self, words: Iterator[Token]) -> None:
        self._words = words
        self._next = next(words)
        self._depth = 0

    def at(self, *signs: str) -> bool:
        return self._next.kind in ("sign", "name", "end") and self._next.text in signs

    def take(self, text: str | None = None) -> Token:
        token = self._next
        if text is not None and not self.at(text):
            raise StrangeError
        self._next = next(self._words, END)
        return token

    def expression(self) -> Node:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise StrangeError
        test = self._level(0)
        if self.at("?"):
            self.take()
            yes = self._level(0)
            self.take(":")
            test = Choice(test, yes, self.expression())
        self._depth -= 1
        return test

    def _level(self, level: int) -> Node:
        if level == len(_LEVELS):
            return self._unary()
        left = self._level(level + 1)
        while self.at(*_LEVELS[level]):
            sign = self.take().text
            left = Both(sign, left, self._level(level + 1))
        return left

    def _unary(self) -> Node:
        signs = []
        while self.at("!", "-"):
            signs.append(self.take().text)
        node = self._member()
        for sign in reversed(signs):
            node = Not(node) if sign == "!" else _negative(node)
        return node

    def _member(self) -> Node:
        node = self._primary()
        while self.at(".", "["):
            node = self._selected(node) if self.take().text == "." else self._indexed(node)
        return node

    def _selected(self, node: Node) -> Node:
        name = self._name()
        if self.at("("):
            return Call(name, (node, *self._arguments()))
        return Read((*node.path, name)) if isinstance(node, Read) else Element((node,))

    def _indexed(self, node: Node) -> Node:
        key = self.expression()
        self.take("]")
        if isinstance(node, Read) and isinstance(key, Literal) and isinstance(key.value, str):
            return Read((*node.path, key.value))
        return Element((node, key))

    def _primary(self) -> Node:
        if self._next.kind == "value":
            return Literal(self.take().value)
        if self.at("("):
            self.take()
            node = self.expression()
            self.take(")")
            return node
        if self.at("["):
            self.take()
            return Call("[]", self._listed("]"))
        name = self._name()
        if not self.at("("):
            return Read((name,))
        return _has(self._arguments()) if name == "has" else Call(name, self._arguments())

    def _arguments(self) -> tuple[Node, ...]:
        self.take("(")
        return self._listed(")")

    def _listed(self, end: str) -> tuple[Node, ...]:
        found = []
        while not self.at(end):
            found.append(self.expression())
            if not self.at(end):
                self.take(",")
        self.take(end)
        return tuple(found)

    def _name(self) -> str:
        if self._next.kind != "name" or self._next.text == "in":
            raise StrangeError
        return self.take().text


def _negative(node: Node) -> Node:
    if isinstance(node, Literal) and isinstance(node.value, int | float) and not isinstance(node.value, bool):
        return Literal(-node.value)
    return Call("-", (node,))


def _has(arguments: tuple[Node, ...]) -> Node:
    if len(arguments) == 1 and isinstance(arguments[0], Read) and len(arguments[0].path) > 1:
        return Has(arguments[0].path)
    raise StrangeError
