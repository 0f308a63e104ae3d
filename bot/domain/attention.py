"""What people do with a request beside deciding it: look, look into it, ask, escalate. All times are UTC."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Somebody is looking into it; reminders rest, the deadline does not."""

    person: str
    at: datetime
    lapses_at: datetime
    #: who handed it on until it came to this person, the first one first; empty for who took it themselves
    handed_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What a reviewer asked the agent, and what the agent answered."""

    #: unique within the request: `q1`, `q2` …
    id: str
    person: str
    text: str
    at: datetime
    answer: str | None = None
    answered_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalated:
    """Somebody had the next step asked at once, and said why."""

    person: str
    why: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewOpened:
    """A person's own view of one revision was opened."""

    person: str
    revision: int
    at: datetime
