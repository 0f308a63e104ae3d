"""What the condition of a rule reads, told from its text before it is ever asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from bot.domain.history import NAMES
from bot.policy.bodies import SHAPE, Shape
from bot.policy.cel_tokens import StrangeError
from bot.policy.cel_tree import Both, Call, Has, Literal, Node, Read, parsed, parts_of, walked
from bot.policy.presence import Path, shown
from bot.policy.problems import UnfitError
from bot.spelling import did_you_mean, listed

#: where rules find what came before
HISTORY = "history"
RULE_SHAPE: Mapping[str, Shape] = {**SHAPE, HISTORY: dict.fromkeys(NAMES)}
ASKED_FOR_HUMAN: Path = ("signals", "asked_for_human")

_CONFIDENCE = Read(("signals", "confidence"))
_AMOUNT = Read(("impact", "amount"))
_COMPARING = frozenset({"<", "<=", ">", ">="})
_TEXTS = frozenset({"contains", "endsWith", "matches", "startsWith"})
#: what a condition of a rule may call
FUNCTIONS = _TEXTS | {"size", "int", "uint", "double", "string", "min", "max", "duration", "timestamp"}
#: what is said of a condition that is not understood
STRANGE = (
    "Placet does not read a condition that is written like this; write it with comparisons, &&, ||, !, in,"
    ' has() and size(), such as impact.amount < 50.0 && "legal" in signals.topics.'
)

#: parts of a body by name: None for all of one
Parts: TypeAlias = Mapping[str, "Parts | None"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What one condition reads."""

    tree: Node
    #: every value that it reads or asks for, in its order, as it writes them
    paths: Mapping[Path, str]
    #: names of history
    history: frozenset[str]
    #: what it compares the agent's confidence with
    thresholds: tuple[float, ...]
    #: whether it reads an amount and says nothing of those below zero
    takes_negatives: bool


def reading(text: str) -> Reading:
    """What a condition reads; raises UnfitError with a sentence."""
    try:
        tree = parsed(text)
    except StrangeError:
        raise UnfitError(STRANGE) from None
    paths = {node.path: shown(node.path) for node in walked(tree) if isinstance(node, Read | Has)}
    for path in paths:
        _known(path)
    for name in (node.name for node in walked(tree) if isinstance(node, Call)):
        if name.isidentifier() and name not in FUNCTIONS:
            remedy = did_you_mean(name, FUNCTIONS) or f" Known are {listed(sorted(FUNCTIONS))}."
            raise UnfitError(f'There is no function "{name}".{remedy}')
    return Reading(
        tree=tree,
        paths=paths,
        history=frozenset(path[1] for path in paths if path[0] == HISTORY),
        thresholds=tuple(_compared(tree, _CONFIDENCE)),
        takes_negatives=_AMOUNT.path in paths and all(number > 0 for number in _compared(tree, _AMOUNT)),
    )


def together(paths: Iterable[Path]) -> Parts:
    """The parts of a body that hold all these paths, and little else."""
    found: dict[str, Any] = {}
    for path in paths:
        level = found
        for name in path[:-1]:
            level = level.setdefault(name, {})
            if level is None:
                break
        else:
            level[path[-1]] = None
    return found


def picked(value: Any, parts: Parts | None) -> Any:
    """Of a value, only these parts."""
    if parts is None or not isinstance(value, dict):
        return value
    return {name: picked(value[name], inner) for name, inner in parts.items() if name in value}


def named_actions(tree: Node) -> frozenset[str] | None:
    """The only actions that a condition can hold for, None where it does not say."""
    match tree:
        case Both("&&", left, right):
            one, other = named_actions(left), named_actions(right)
            return one & other if one is not None and other is not None else one if other is None else other
        case Both("==", Read(("action", "name")), Literal(str(name))):
            return frozenset({name})
        case Both("==", Literal(str(name)), Read(("action", "name"))):
            return frozenset({name})
        case Both("in", Read(("action", "name")), Call("[]", parts)) if all(map(_is_text, parts)):
            return frozenset(str(part.value) for part in parts if isinstance(part, Literal))
        case _:
            return None


def _is_text(node: Node) -> bool:
    return isinstance(node, Literal) and isinstance(node.value, str)


def _known(path: Path) -> None:
    if path == (HISTORY,):
        raise UnfitError("Say which history, such as history.same_subject_30d.")
    shape: Shape = RULE_SHAPE
    for length, name in enumerate(path):
        if shape is None:
            return
        if name not in shape:
            place = f'{shown(path[:length])} has no "{name}"' if length else _NOTHING_CALLED.format(name=name)
            raise UnfitError(f"{place}.{did_you_mean(name, shape)}")
        shape = shape[name]


_NOTHING_CALLED = 'Nothing that is submitted is called "{name}"'


def _compared(tree: Node, value: Read) -> Iterator[float]:
    """The numbers that a condition compares a value with."""
    for node in walked(tree):
        if isinstance(node, Both) and node.sign in _COMPARING and value in parts_of(node):
            for part in parts_of(node):
                if isinstance(part, Literal) and isinstance(part.value, int | float):
                    yield float(part.value)
