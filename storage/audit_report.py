"""What a verification of the audit found."""

from __future__ import annotations

from dataclasses import dataclass, field

#: problems listed at the most; one broken place often breaks many
MOST_PROBLEMS = 50


@dataclass(slots=True)
class AuditReport:
    """What was checked and what is wrong."""

    events: int = 0
    seals: int = 0
    #: events that no seal covers yet
    unsealed: int = 0
    #: seals in the file beside the database that were compared; None where none was looked at
    kept: int | None = None
    problems: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems

    def problem(self, sentence: str) -> None:
        """Note something that is wrong."""
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(sentence)
