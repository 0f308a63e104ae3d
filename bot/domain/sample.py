"""A quality check: an automatic approval that was drawn, and what a person says they would have decided.

    drawn ─ working hours ─► asked ─┬─ somebody's verdict ─► answered
                                    └─ nobody in time ─────► lapsed

One eligible person's verdict decides it. It never changes the decision; it is measured.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.status import ReasonCode


class SampleState(StrEnum):
    """Where a quality check stands."""

    DRAWN = "drawn"  # to be asked as soon as people work
    ASKED = "asked"  # its card stands
    ANSWERED = "answered"  # somebody gave a verdict
    LAPSED = "lapsed"  # nobody did, or nobody could be asked

    @property
    def is_open(self) -> bool:
        """Whether a verdict can still be given, so that nothing of what was decided may be shown."""
        return self in (SampleState.DRAWN, SampleState.ASKED)


class Verdict(StrEnum):
    """What a person says about an automatic approval."""

    AGREE = "agree"  # they would have approved it too
    DISAGREE = "disagree"  # they would have rejected it


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A quality check of one request. Agreement is measured over the answered ones alone."""

    state: SampleState
    #: when it is asked, or lapses; None once it is over
    due_at: datetime | None = None
    #: when its cards were first sent
    asked_at: datetime | None = None
    #: who gave the verdict
    person: str | None = None
    verdict: Verdict | None = None
    #: when it was answered, or lapsed
    at: datetime | None = None
    #: why they would have rejected it
    reason: ReasonCode | None = None
    #: in their own words
    text: str = ""
    #: the platform that the verdict came through
    via: str = ""
