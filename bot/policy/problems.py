"""What is wrong with a policy: sentences with line and remedy, told all at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bot.domain.errors import Misconfigured
from bot.domain.text import exact


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
        """The problem as people read it, with the name of the file; what cannot be seen in it is named."""
        place = f"{name} line {self.line}" if self.line else name
        return exact(f"{place}, {self.path}: {self.sentence}" if self.path else f"{place}: {self.sentence}")


class UnfitError(Exception):
    """A value is not what it has to be; the text says so, and what to do."""


class PolicyError(Misconfigured):
    """The policy cannot be used."""

    code = "policy"

    def __init__(self, name: str, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(dict.fromkeys(problems), key=lambda problem: problem.line or 0))
        super().__init__("\n".join(problem.told(name) for problem in self.problems))
