"""YAML text as a tree in which everything knows its line.

Built from the parser's events, so that nothing is constructed but texts, numbers, lists and mappings, and
so that size, depth and what aliases multiply are bounded while reading.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

import yaml

from bot.policy.problems import Problem
from bot.policy.scalars import Scalar, scalar

LONGEST = 512 * 1024
DEEPEST = 40
#: scalars, lists and mappings, counted again wherever an alias repeats them
MOST_NODES = 50_000

_TEXT_TAG = "tag:yaml.org,2002:str"
_LOADER: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class UnreadableError(Exception):
    """The text is not the YAML that a policy is written in."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.sentence)
        self.problem = problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A value and the line it stands on: for the value of a mapping, the line of its key."""

    line: int
    value: Content
    #: how many nodes it is made of, itself included
    size: int = 1

    def plain(self) -> Any:
        """The value as Python's own lists, dicts and scalars."""
        if isinstance(self.value, dict):
            return {key: node.plain() for key, node in self.value.items()}
        if isinstance(self.value, list):
            return [node.plain() for node in self.value]
        return self.value

    def line_of(self, path: tuple[int | str, ...]) -> int:
        """The line of what stands at a path, or of the last thing on the way that exists."""
        node = self
        for part in path:
            found = node.child(part)
            if found is None:
                break
            node = found
        return node.line

    def child(self, part: int | str) -> Node | None:
        """What stands under a key or index, None without it."""
        if isinstance(self.value, dict):
            return self.value.get(str(part))
        if isinstance(self.value, list) and isinstance(part, int) and part < len(self.value):
            return self.value[part]
        return None


Content: TypeAlias = Scalar | dict[str, Node] | list[Node]


def read_nodes(text: str) -> tuple[Node, list[Problem]]:
    """The tree of a YAML document, and what is wrong in it though it can be read (keys that stand twice).

    Raises UnreadableError for what cannot be read at all.
    """
    if len(text) > LONGEST:
        raise _unreadable(None, f"This is longer than {LONGEST // 1024} KiB; split it into several policies.")
    try:
        return _Builder(text).document()
    except yaml.MarkedYAMLError as error:
        raise UnreadableError(_syntax(error)) from None
    except (yaml.YAMLError, UnicodeEncodeError) as error:
        raise _unreadable(None, f"This cannot be read as YAML: {error}.") from None


def _unreadable(line: int | None, sentence: str) -> UnreadableError:
    return UnreadableError(Problem(line=line, sentence=sentence))


def _syntax(error: yaml.MarkedYAMLError) -> Problem:
    mark: Any = error.problem_mark or error.context_mark
    said = error.problem or "the indentation or punctuation is wrong"
    remedy = ""
    if "cannot start any token" in said:
        remedy = (
            ' Put texts that begin with @, ` or % in quotes, such as "@finance"; indent with blanks only.'
        )
    return Problem(
        line=mark.line + 1 if mark else None, sentence=f"This cannot be read as YAML: {said}.{remedy}"
    )


@dataclass(slots=True)
class _Builder:
    text: str
    problems: list[Problem] = field(default_factory=list)
    #: typed loosely: the parser's events carry marks that its types call optional
    _events: Iterator[Any] = field(init=False)
    _anchors: dict[str, Node] = field(default_factory=dict)
    _count: int = 0

    def document(self) -> tuple[Node, list[Problem]]:
        self._events = iter(yaml.parse(self.text, Loader=_LOADER))
        root = Node(line=1, value={})
        documents = 0
        for event in self._events:
            if not isinstance(event, yaml.DocumentStartEvent):
                continue
            documents += 1
            if documents > 1:
                raise _unreadable(_line(event), "A second document begins here; a policy is one document.")
            root = self._node(next(self._events), 0)
        return root, self.problems

    def _node(self, event: Any, depth: int) -> Node:
        line = _line(event)
        if depth > DEEPEST:
            raise _unreadable(line, f"This is nested more than {DEEPEST} levels deep.")
        if isinstance(event, yaml.AliasEvent):
            return self._repeated(event, line)
        self._counted(1, line)
        node = self._built(event, line, depth)
        if event.anchor:
            self._anchors[event.anchor] = node
        return node

    def _built(self, event: Any, line: int, depth: int) -> Node:
        if isinstance(event, yaml.ScalarEvent):
            return Node(line=line, value=self._scalar(event, line))
        self._refuse_tag(event.tag, line)
        if isinstance(event, yaml.SequenceStartEvent):
            items = list(self._items(depth))
            return Node(line=line, value=items, size=1 + sum(item.size for item in items))
        entries = self._entries(depth)
        return Node(line=line, value=entries, size=1 + sum(entry.size for entry in entries.values()))

    def _repeated(self, event: Any, line: int) -> Node:
        node = self._anchors.get(event.anchor)
        if node is None:
            raise _unreadable(line, f"*{event.anchor} is used before &{event.anchor} is complete.")
        self._counted(node.size, line)
        return node

    def _counted(self, nodes: int, line: int) -> None:
        self._count += nodes
        if self._count > MOST_NODES:
            raise _unreadable(line, f"This holds more than {MOST_NODES} values, aliases followed.")

    def _scalar(self, event: Any, line: int) -> Scalar:
        if event.tag == _TEXT_TAG:
            return str(event.value)
        self._refuse_tag(event.tag, line)
        return scalar(event.value) if event.implicit[0] else str(event.value)

    def _refuse_tag(self, tag: str | None, line: int) -> None:
        if tag is not None and tag != "!":
            self.problems.append(Problem(line=line, sentence=f"The tag {tag} means nothing here; remove it."))

    def _items(self, depth: int) -> Iterator[Node]:
        for event in self._events:
            if isinstance(event, yaml.SequenceEndEvent):
                return
            yield self._node(event, depth + 1)

    def _entries(self, depth: int) -> dict[str, Node]:
        entries: dict[str, Node] = {}
        merged: dict[str, Node] = {}
        for event in self._events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            line = _line(event)
            key = self._key(event, line)
            value = self._node(next(self._events), depth + 1)
            if key == "<<":
                merged = self._merged(value, line) | merged
            elif key in entries:
                sentence = f'"{key}" stands here twice (first on line {entries[key].line}); keep one of them.'
                self.problems.append(Problem(line=line, sentence=sentence))
            else:
                entries[key] = replace(value, line=line)
        return merged | entries

    def _merged(self, value: Node, line: int) -> dict[str, Node]:
        """What `<<` brings in: a mapping, or several of which the first one wins."""
        found: dict[str, Node] = {}
        for item in value.value if isinstance(value.value, list) else [value]:
            if not isinstance(item.value, dict):
                self.problems.append(Problem(line=line, sentence="<< takes a block, or a list of blocks."))
                return {}
            found = item.value | found
        return found

    def _key(self, event: Any, line: int) -> str:
        if isinstance(event, yaml.ScalarEvent):
            return str(event.value)
        raise _unreadable(line, "A key has to be a text, not a list or another mapping.")


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1
