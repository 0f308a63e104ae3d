"""What is wrong with a policy: sentences with line and remedy, told all at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from bot.domain.errors import Misconfigured


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is wrong, or worth a warning, in the policy."""

    #: counted from 1, None when no line can be blamed
    line: int | None = None
    #: where in the policy, such as `people.ben.limits`
    path: str = ""
    #: what is wrong and what to do
    sentence: str

    def told(self, name: str) -> str:
        """The problem as people read it, with the name of the file."""
        place = f"{name} line {self.line}" if self.line else name
        return f"{place}, {self.path}: {self.sentence}" if self.path else f"{place}: {self.sentence}"


class UnfitError(Exception):
    """A value is not what it has to be; the text says so, and what to do."""


class PolicyError(Misconfigured):
    """The policy cannot be used."""

    code = "policy"

    def __init__(self, name: str, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(dict.fromkeys(problems), key=lambda problem: problem.line or 0))
        super().__init__("\n".join(problem.told(name) for problem in self.problems))


def did_you_mean(said: str, known: Iterable[str]) -> str:
    """` Did you mean "ann"?` when a known name is close, else nothing."""
    near = nearest(said, known)
    return f' Did you mean "{near}"?' if near else ""


def nearest(said: str, known: Iterable[str]) -> str | None:
    """The known name that was probably meant, None when none is close."""
    by_fold = {name.casefold(): name for name in known}
    found = get_close_matches(said.casefold(), by_fold, n=1, cutoff=0.6)
    return by_fold[found[0]] if found else None


def listed(names: Sequence[str], last: str = "and") -> str:
    """`a`, `a and b`, `a, b and c`."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} {last} {names[-1]}"
