"""What happens to each request of the made-up history, drawn from a seed."""

from __future__ import annotations

import random
from bisect import bisect
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate
from typing import Any

from bench.history.company import AGENTS, LINES, STAMPER, Line, Scale
from bot.domain.status import ReasonCode

_REASONS = (
    ReasonCode.WRONG_AMOUNT,
    ReasonCode.WRONG_FACTS,
    ReasonCode.POLICY,
    ReasonCode.TOO_RISKY,
    ReasonCode.TONE,
)
#: characters a second of somebody who reads
_READING = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """One request and what becomes of it; the times are UTC."""

    at: datetime
    line: Line
    version: str
    policy_version: str
    automatic: bool
    confidence: float
    #: characters of reasoning
    length: int
    #: `approve`, `edit`, `reject`, `expire`, `cancel` or `wait`; None where a rule decides
    end: str | None = None
    ended_at: datetime | None = None
    person: str = ""
    #: when that person opened it, where they did
    looked_at: datetime | None = None
    reason: ReasonCode | None = None
    #: what the agent reports: `succeeded`, `failed` or nothing
    outcome: str | None = None
    #: who judged it blind, and whether they agreed
    sampler: str | None = None
    agreed: bool = True
    #: who took it back
    reverter: str | None = None


class Fate:
    """Draws what happens, one request after the other in the order of time."""

    def __init__(self, scale: Scale, begins_at: datetime, seed: int) -> None:
        self._scale, self._begins_at = scale, begins_at
        self._random = random.Random(seed)
        self._lines = list(accumulate(line.weight for line in LINES))
        self._people = list(accumulate(scale.weights))
        self._days = [
            begins_at + timedelta(days=day)
            for day in range(scale.weeks * 7)
            if (begins_at + timedelta(days=day)).weekday() < 5
        ]

    def happenings(self) -> Iterator[Happening]:
        """Everything that happens: on working days from seven to seventeen."""
        each, more = divmod(self._scale.requests, len(self._days))
        for number, day in enumerate(self._days):
            seconds = sorted(self._random.uniform(0, 36_000) for _ in range(each + (number < more)))
            share = number / len(self._days)
            for second in seconds:
                yield self._happening(day + timedelta(hours=7, seconds=round(second, 3)), share)

    def _happening(self, at: datetime, share: float) -> Happening:
        draw = self._random.random
        line = LINES[bisect(self._lines, draw() * self._lines[-1])]
        version = [each for each in AGENTS[line.agent] if each.since <= share][-1]
        mean = version.right.get(line.action, line.right)
        right = mean if mean > 0.99 else self._random.betavariate(mean * 8, (1 - mean) * 8)
        given: dict[str, Any] = {
            "at": at,
            "line": line,
            "version": version.name,
            "policy_version": f"v{int(share * 4) + 1}",
            "confidence": round(min(1.0, right + line.too_sure), 3),
            "length": self._random.randint(600, 1200),
        }
        if draw() < line.automatic:
            return Happening(automatic=True, **given, **self._by_rule(at))
        is_right = draw() < right
        return Happening(
            automatic=False, **given, **self._by_people(line, at, given["length"], is_right=is_right)
        )

    def _by_rule(self, at: datetime) -> dict[str, Any]:
        draw = self._random.random()
        if draw < 0.004:
            return {"reverter": self._person(), "ended_at": at + timedelta(minutes=30)}
        if draw < 0.06:
            return {"sampler": self._person(), "agreed": draw > 0.0065, "ended_at": at + timedelta(hours=2)}
        return {"outcome": "failed" if draw > 0.995 else "succeeded" if draw > 0.2 else None}

    def _by_people(self, line: Line, at: datetime, length: int, *, is_right: bool) -> dict[str, Any]:
        draw = self._random.random()
        if draw < 0.02:
            return {"end": "expire", "ended_at": at + timedelta(hours=4)}
        if draw < 0.03:
            return {"end": "cancel", "ended_at": at + timedelta(minutes=5)}
        if draw < 0.031:
            return {"end": "wait"}
        person = self._person()
        stamps = person == STAMPER
        ended_at = at + timedelta(minutes=line.minutes * self._random.lognormvariate(0, 0.8), seconds=3)
        spent = self._random.uniform(1, 3) if stamps else length / _READING * self._random.uniform(0.6, 1.6)
        looked_at = ended_at - timedelta(seconds=spent)
        common = {"person": person, "ended_at": ended_at, "looked_at": looked_at if looked_at > at else None}
        return common | self._decided(line, is_right=is_right or (stamps and self._random.random() < 0.99))

    def _decided(self, line: Line, *, is_right: bool) -> dict[str, Any]:
        draw = self._random.random
        if is_right:
            return {"end": "approve", "outcome": "failed" if draw() < line.fails else "succeeded"}
        if draw() < 0.35:
            return {"end": "edit", "outcome": "succeeded"}
        return {"end": "reject", "reason": self._random.choice(_REASONS)}

    def _person(self) -> str:
        return self._scale.people[bisect(self._people, self._random.random() * self._people[-1])]
