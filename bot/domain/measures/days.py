"""Days: how much a person decided, and how long they approved without a break. Days add up."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bot.domain.status import DecisionType


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """One person's votes of one day, or of several in their order."""

    votes: int = 0
    #: approvals before the first rejection, and after the last one; both `votes` where there is none
    opening: int = 0
    closing: int = 0
    #: the longest unbroken row of approvals
    longest: int = 0

    def then(self, later: Day) -> Day:
        """Both, one after the other."""
        across = self.closing + later.opening
        return Day(
            votes=self.votes + later.votes,
            opening=across if self.opening == self.votes else self.opening,
            closing=across if later.closing == later.votes else later.closing,
            longest=max(self.longest, later.longest, across),
        )


_APPROVED = Day(votes=1, opening=1, closing=1, longest=1)
_REJECTED = Day(votes=1)


def day_of(decisions: Iterable[DecisionType]) -> Day:
    """The day of decisions in the order in which they were made."""
    day = Day()
    for decision in decisions:
        day = day.then(_REJECTED if decision is DecisionType.REJECT else _APPROVED)
    return day
