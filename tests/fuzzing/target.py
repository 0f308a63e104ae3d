"""One thing to try out, and trying it out for a while."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from bot.domain.text import exact

#: characters of a refusal that is still one to read
_LONGEST_REFUSAL = 2000
#: inputs between two looks at the clock
_TURN = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What is tried: `check` returns a word for how the input was taken, and raises where it went wrong."""

    name: str
    inputs: st.SearchStrategy[Any]
    check: Callable[[Any], str]
    #: tried each time, before anything is made up: what once went wrong, and what nearly did
    known: tuple[Any, ...] = ()


@dataclass(slots=True)
class Tried:
    """How much was tried, and what was found."""

    name: str
    inputs: int = 0
    #: how inputs were taken, and how often
    taken: dict[str, int] = field(default_factory=dict)
    #: each kind of accident once, with the smallest input that brought it about
    found: dict[str, str] = field(default_factory=dict)

    def note(self, how: str) -> None:
        """One more input was taken like this."""
        self.inputs += 1
        self.taken[how] = self.taken.get(how, 0) + 1

    def __str__(self) -> str:
        """As it is printed at the end."""
        return f"{self.name}: {self.inputs} inputs ({_counted(self.taken)}); found {len(self.found)}"


def refused(sentence: str, longest: int = _LONGEST_REFUSAL) -> str:
    """The word for it, once it is sure that somebody could read why."""
    assert exact(sentence) == sentence, sentence
    assert 0 < len(sentence) < longest, sentence
    return "refused"


def try_for(target: Target, seconds: float, *, start: int = 0) -> Tried:
    """Try the target until the time is over, once at least; other inputs in each turn, by `start`."""
    tried = Tried(name=target.name)
    ends_at = time.monotonic() + seconds
    for value in target.known:
        tried.note(target.check(value))
    for turn in count(start):
        _take_a_turn(target, tried, turn)
        if time.monotonic() > ends_at:
            break
    return tried


def _take_a_turn(target: Target, tried: Tried, turn: int) -> None:
    last: list[str] = [""]

    def check(value: Any) -> None:
        last[0] = repr(value)
        tried.note(target.check(value))

    turned = settings(
        max_examples=_TURN,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate, Phase.shrink),
    )
    try:
        seed(turn)(turned(given(target.inputs)(check)))()
    except Exception as error:  # noqa: BLE001 -- whatever it is, it is what is looked for
        found = error.exceptions[0] if isinstance(error, ExceptionGroup) else error
        tried.found.setdefault(f"{type(found).__name__}: {found}"[:300], last[0])


def _counted(taken: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {how}" for how, count in sorted(taken.items()))
