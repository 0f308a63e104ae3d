"""Conditions in CEL (cel.dev): whether a submission is one that a route or a rule is for.

A condition compares values and goes over no lists, so that what it costs is bounded by its length. It is
compiled once; what it reads and no packet can hold is refused then.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from bot.domain.rules import UnmetError
from bot.policy.bodies import SHAPE, Shape
from bot.policy.problems import UnfitError
from bot.policy.reading import FUNCTIONS
from bot.spelling import did_you_mean

if TYPE_CHECKING:
    from cel.cel import Context, Program

#: longer conditions are a policy of their own
LONGEST = 500
#: searches by pattern in one condition; each costs more than everything else together
_MOST_PATTERNS = 2
#: what a condition can fail with: something absent, of another type, or out of range
_FAILURES = (ArithmeticError, LookupError, RuntimeError, TypeError, ValueError)

_TEXTS = re.compile(r'"""[\s\S]*?"""|\'\'\'[\s\S]*?\'\'\'|"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\'')
_LOOPS = re.compile(r"\.\s*(?:all|exists|exists_one|map|filter)\s*\(")
_PATTERNS = re.compile(r"\bmatches\s*\(")
_NAME = r"[A-Za-z_][A-Za-z0-9_]*"
_READS = re.compile(rf"(?<![\w.])({_NAME})((?:\s*\.\s*{_NAME}(?!\s*\())+)")


class Condition:
    """One condition, ready to be asked."""

    __slots__ = ("_program", "roots", "text")

    def __init__(self, text: str, program: Program) -> None:
        self.text = text
        #: the parts of the submit body that it reads
        self.roots = frozenset(program.variables())
        self._program = program

    def holds(self, body: Mapping[str, Any]) -> bool:
        """Whether it holds for a submit body; raises UnmetError when that cannot be told."""
        return self._told({name: body[name] for name in self.roots if name in body})

    def holds_in(self, context: Context) -> bool:
        """The same of a body that was taken over into CEL already."""
        return self._told(context)

    def _told(self, values: Context | dict[str, Any]) -> bool:
        try:
            found = self._program.execute(values)
        except _FAILURES as error:
            raise UnmetError(_why(error)) from None
        if not isinstance(found, bool):
            raise UnmetError("it says neither true nor false")
        return found


@lru_cache(maxsize=1024)
def compiled(text: str) -> Condition:
    """The condition of a route that a text is; raises UnfitError with a sentence."""
    return condition_over(text, SHAPE)


def condition_over(text: str, shape: Mapping[str, Shape]) -> Condition:
    """The condition that a text is, over values of a shape; raises UnfitError with a sentence."""
    if len(text) > LONGEST:
        raise UnfitError(f"A condition has at most {LONGEST} characters; this one has {len(text)}.")
    bare = _TEXTS.sub('""', text)
    if _LOOPS.search(bare):
        raise UnfitError("A condition compares values; it does not go over lists with all, exists or map.")
    if len(_PATTERNS.findall(bare)) > _MOST_PATTERNS:
        raise UnfitError(f"A condition searches by pattern at most {_MOST_PATTERNS} times.")
    condition = Condition(text, _program(text))
    for name in sorted(condition.roots - shape.keys()):
        raise UnfitError(_unknown(name, shape))
    _all_known(bare, shape)
    return condition


def _program(text: str) -> Program:
    # Importing it takes a fifth of a second, which only a policy with conditions should cost.
    import cel

    try:
        return cel.compile(text)
    except ValueError as error:
        where = re.search(r"<input>:\d+:(\d+)", str(error))
        place = f" near character {where[1]}" if where else ""
        raise UnfitError(
            f"This is no condition in CEL{place}; write one such as impact.amount > 500.0."
        ) from None


def _unknown(name: str, shape: Mapping[str, Shape]) -> str:
    if name == "history":
        return "Only rules read history; a route is chosen by what was submitted."
    return f'Nothing that is submitted is called "{name}".{did_you_mean(name, shape)}'


def _all_known(bare: str, known: Mapping[str, Shape]) -> None:
    for found in _READS.finditer(bare):
        shape = known.get(found[1])
        path = found[1]
        for name in re.findall(_NAME, found[2]):
            if shape is None:
                break
            if name not in shape:
                raise UnfitError(f'{path} has no "{name}".{did_you_mean(name, shape)}')
            path, shape = f"{path}.{name}", shape[name]


def _why(error: Exception) -> str:
    if isinstance(error, KeyError):
        return f"there is no {str(error.args[0])[:60]}" if error.args else "something is absent"
    if isinstance(error, TypeError):
        return "it compares what cannot be compared"
    if isinstance(error, RuntimeError) and "Undefined variable" in str(error):
        name = re.search(r"'([^']{1,60})'", str(error))
        if name and name[1] in FUNCTIONS:
            # It is there, but not for values of these types.
            return "it compares what cannot be compared"
        return f"there is no {name[1]}" if name else "something is absent"
    return "it cannot be worked out"
