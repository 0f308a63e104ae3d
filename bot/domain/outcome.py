"""What became of an approval: it was taken, and what came of acting on it. All times are UTC."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.status import OutcomeStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What the agent reported after acting."""

    status: OutcomeStatus
    detail: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Redemption:
    """The approval was taken, once."""

    id: str
    at: datetime


def has_run(outcome: Outcome | None, redemption: Redemption | None) -> bool:
    """Whether the agent acted, as far as anybody knows: it said so, or took the approval to act on it."""
    if outcome is not None:
        return outcome.status is not OutcomeStatus.NOT_RUN
    return redemption is not None
