"""Names that refer to something else in the policy: each has to be there, once.

Works on the text's tree and not on checked blocks, so that a wrong name is told together with
everything else that is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

from bot.policy.nodes import Node
from bot.policy.problems import Problem
from bot.policy.wording import written_path
from bot.spelling import did_you_mean, nearest

Place: TypeAlias = tuple[int | str, ...]

_EVERY = "*"
_KEYS = "keys"


def unknown_names(root: Node) -> Iterator[Problem]:
    """Every name that refers to nothing, or that stands for two things."""
    for places, check in _REFERENCES:
        for place, said, line in _found(root, places):
            sentence = check(said, root)
            if sentence:
                yield Problem(line=line, path=written_path(place), sentence=sentence)
    yield from _ambiguous(root)
    yield from _repeated(root, _ROUTE_NAMES, "route")
    yield from _repeated(root, _RULE_NAMES, "rule")


def _found(root: Node, places: Place) -> Iterator[tuple[Place, str, int]]:
    """The texts that stand where a pattern of places points, each with its place and line."""
    level: list[tuple[Place, Node]] = [((), root)]
    for part in places:
        level = [step for place, node in level for step in _down(place, node, part)]
    for place, node in level:
        if isinstance(node.value, str):
            yield place, node.value, node.line


def _down(place: Place, node: Node, part: int | str) -> Iterator[tuple[Place, Node]]:
    if part == _KEYS and isinstance(node.value, dict):
        for key, value in node.value.items():
            yield (*place, key), Node(line=value.line, value=key)
    elif part == _EVERY and isinstance(node.value, dict):
        for key, value in node.value.items():
            yield (*place, key), value
    elif part == _EVERY and isinstance(node.value, list):
        for index, item in enumerate(node.value):
            yield (*place, index), item
    else:
        found = node.child(part)
        if found is not None:
            yield (*place, part), found


def keys(root: Node, block: str) -> tuple[str, ...]:
    """The names that a top-level block defines."""
    found = root.child(block)
    return tuple(found.value) if found is not None and isinstance(found.value, dict) else ()


def _person(said: str, root: Node) -> str | None:
    people = keys(root, "people")
    if said in people:
        return None
    return f'"{said}" is not under people.{did_you_mean(said, people) or " Add them there."}'


def _owner(said: str, root: Node) -> str | None:
    # An owner need not decide anything, so a name that resembles nobody's is only worth a warning.
    return _person(said, root) if nearest(said, keys(root, "people")) else None


def _voter(said: str, root: Node) -> str | None:
    known = (*keys(root, "people"), *keys(root, "groups"))
    if said in known:
        return None
    remedy = did_you_mean(said, known) or " Add it to one of them."
    return f'"{said}" is neither under people nor under groups.{remedy}'


def _target(said: str, root: Node) -> str | None:
    return _voter(said[1:], root) if said.startswith("@") and len(said) > 1 else None


def _escalation_policy(said: str, root: Node) -> str | None:
    known = keys(root, "escalation_policies")
    if said in known:
        return None
    return f'"{said}" is not under escalation_policies.{did_you_mean(said, known) or " Add it there."}'


def _route(said: str, root: Node) -> str | None:
    known = [name for _, name, _ in _found(root, _ROUTE_NAMES)]
    if said in known:
        return None
    return f'"{said}" is the name of no route.{did_you_mean(said, known) or " Add it to routes."}'


def _ambiguous(root: Node) -> Iterator[Problem]:
    people = keys(root, "people")
    for place, name, line in _found(root, ("groups", _KEYS)):
        if name in people:
            sentence = (
                f'"{name}" is under people too; rename one of them, so that it is clear who may decide.'
            )
            yield Problem(line=line, path=written_path(place), sentence=sentence)


def _repeated(root: Node, names: Place, what: str) -> Iterator[Problem]:
    seen: set[str] = set()
    for place, name, line in _found(root, names):
        if name in seen:
            sentence = f'Another {what} is called "{name}" already; give this one a name of its own.'
            yield Problem(line=line, path=written_path(place), sentence=sentence)
        seen.add(name)


_ROUTE_NAMES: Place = ("routes", _EVERY, "name")
_RULE_NAMES: Place = ("rules", _EVERY, "name")

_REFERENCES: tuple[tuple[Place, Callable[[str, Node], str | None]], ...] = (
    (("owner",), _owner),
    (("agents", _EVERY, "owner"), _owner),
    (("actions", _EVERY, "owner"), _owner),
    (("rules", _EVERY, "owner"), _owner),
    (("groups", _EVERY, "members", _EVERY), _person),
    (("leads", _KEYS), _person),
    (("agents", _EVERY, "may_route", _EVERY), _route),
    (("defaults", "escalation_policy"), _escalation_policy),
    (("routes", _EVERY, "escalation_policy"), _escalation_policy),
    (("escalation_policies", _EVERY, "quorum", "from", _EVERY), _voter),
    (("escalation_policies", _EVERY, "steps", _EVERY, "from", _EVERY), _voter),
    (("escalation_policies", _EVERY, "steps", _EVERY, "to", _EVERY), _target),
)
