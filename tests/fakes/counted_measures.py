"""Measures over a handful of cases that a test writes down, counted one by one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from statistics import median_low
from typing import Any

from bot.domain.matching import matches
from bot.domain.measures.findings import Findings
from bot.domain.measures.period import monday
from bot.domain.measures.query import Behind, Dimension, Eyes, Page, Query
from bot.domain.measures.report import Report, Row, Spread
from bot.domain.status import ReasonCode


@dataclass(frozen=True, kw_only=True)
class Case:
    """One request and what became of it."""

    id: str = ""
    on: date = date(2026, 3, 2)
    agent: str = "support-bot"
    version: str = "1"
    action: str = "refund.issue"
    rule: str = "default"
    channel: str = "web:support"
    #: `pending`, `automatic`, `refused`, `approved`, `edited`, `rejected`, `expired` or `cancelled`
    ended: str = "pending"
    by: tuple[str, ...] = ()
    reason: ReasonCode | None = None
    #: seconds until it was decided
    took: float | None = None
    #: whether it went well, None where that is not known
    went_well: bool | None = None
    #: whether a blind check agreed, None where there was none
    agreed: bool | None = None

    def value(self, dimension: Dimension) -> str:
        """Under which value of a dimension it counts."""
        values = {
            Dimension.RULE: self.rule,
            Dimension.AGENT: self.agent,
            Dimension.AGENT_VERSION: f"{self.agent} {self.version}",
            Dimension.ACTION: self.action,
            Dimension.CHANNEL: self.channel,
            Dimension.WEEK: monday(self.on).isoformat(),
            Dimension.MODE: "auto" if self.ended == "automatic" else "gate",
            Dimension.POLICY_VERSION: "p1",
        }
        return values[dimension]

    def counts(self) -> Mapping[str, bool]:
        """Which numbers it adds one to."""
        names = ("pending", "automatic", "refused", "rejected", "expired", "cancelled", "edited")
        return {
            "submitted": True,
            **{name: self.ended == name for name in names},
            "approved": self.ended in ("approved", "edited"),
            "outcomes": self.went_well is not None,
            "errors": self.went_well is False,
            "sampled": self.agreed is not None,
            "disagreed": self.agreed is False,
            "timed": self.took is not None,
        }


class CountedMeasures:
    """A `bot.measuring.Measures`."""

    def __init__(self, *cases: Case, findings: Findings | None = None) -> None:
        self.cases = [replace(case, id=case.id or f"apr_{n:026}") for n, case in enumerate(cases)]
        self.found = findings or Findings()
        #: whose eyes the findings were asked with
        self.looked: list[Eyes] = []

    async def report(self, query: Query) -> Report:
        seen = list(self._seen(query))
        rows: dict[tuple[str, date | None], list[Case]] = {}
        for case in seen:
            for value in _values(case, query):
                week = monday(case.on) if query.weekly else None
                rows.setdefault((value, week), []).append(case)
        found = [_row(cases, value=value, week=week) for (value, week), cases in rows.items()]
        is_told_apart = query.by is not None or query.weekly
        order = sorted(found, key=lambda row: (row.value if query.weekly else "", row.week or date.min))
        ranked = order if query.weekly else sorted(order, key=lambda row: (-row.submitted, row.value))
        return Report(
            period=query.period, by=query.by, total=_row(seen), rows=tuple(ranked if is_told_apart else ())
        )

    async def findings(self, query: Query) -> Findings:
        self.looked.append(query.eyes)
        eyes = query.eyes

        def mine(who: str) -> bool:
            return bool(eyes.actions) or who == eyes.person

        def seen(agent: str, action: str) -> bool:
            return agent == eyes.agent or any(matches(pattern, action) for pattern in eyes.actions)

        return replace(
            self.found,
            rubber_stamps=tuple(each for each in self.found.rubber_stamps if mine(each.reviewer)),
            overloads=tuple(each for each in self.found.overloads if mine(each.reviewer)),
            loads=tuple(each for each in self.found.loads if mine(each.reviewer)),
            drifts=tuple(each for each in self.found.drifts if seen(each.agent, each.action)),
            calibrations=tuple(each for each in self.found.calibrations if seen(each.agent, each.action)),
            ceremonial_gates=tuple(each for each in self.found.ceremonial_gates if seen("", each.action)),
        )

    async def requests(self, query: Query, page: Page) -> Sequence[str]:
        seen = [case for case in self._seen(query) if _is_behind(case, page)]
        ids = sorted((case.id for case in seen), reverse=True)
        return [each for each in ids if page.before is None or each < page.before][: page.limit]

    def _seen(self, query: Query) -> Iterator[Case]:
        for case in self.cases:
            is_in = query.period.from_ <= case.on < query.period.until
            if is_in and _sees(query.eyes, case) and all(_fits(case, *each) for each in query.where.items()):
                yield case


def _sees(eyes: Eyes, case: Case) -> bool:
    return (
        any(matches(pattern, case.action) for pattern in eyes.actions)
        or case.agent == eyes.agent
        or eyes.person in case.by
    )


def _fits(case: Case, dimension: Dimension, value: str) -> bool:
    if dimension is Dimension.REVIEWER:
        return value in case.by
    if dimension is Dimension.ACTION:
        return matches(value, case.action)
    return case.value(dimension) == value


def _values(case: Case, query: Query) -> Sequence[str]:
    if query.by is None:
        return ("",)
    if query.by is not Dimension.REVIEWER:
        return (case.value(query.by),)
    leads = any(matches(pattern, case.action) for pattern in query.eyes.actions)
    return [person for person in case.by if leads or person == query.eyes.person]


def _is_behind(case: Case, page: Page) -> bool:
    is_counted = page.behind is Behind.HASTY or case.counts().get(page.behind.value, False)
    return is_counted and page.reason in (None, case.reason)


def _row(cases: Sequence[Case], *, value: str = "", week: date | None = None) -> Row:
    names = (name for case in cases for name, counts in case.counts().items() if counts)
    counted: dict[str, Any] = dict(Counter(names))
    took = sorted(case.took for case in cases if case.took is not None)
    spread = Spread(n=len(took), median=median_low(took), p95=took[-1]) if took else Spread()
    reasons = Counter(case.reason for case in cases if case.reason is not None)
    return Row(value=value, week=week, reasons=reasons, turnaround=spread, **counted)
