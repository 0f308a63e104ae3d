"""Where a request was sent by hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.terms import Target


@dataclass(frozen=True, slots=True, kw_only=True)
class Redirection:
    """Somebody sent a request elsewhere; its current step asks these, until it moves on."""

    to: tuple[Target, ...]
    #: the id of the person who sent it
    by: str
    at: datetime
    #: the step and the round in which that was
    step: int
    round: int
