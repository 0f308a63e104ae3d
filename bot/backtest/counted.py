"""The history that requests would have had, counted as the store counts it while it takes them in."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TypeAlias

from bot.domain.history import History, HistoryScope

#: today and the 29 days before it
_MONTH = timedelta(days=30)
#: stands for every day that is not kept singly
_EVER = date.min

_Key: TypeAlias = tuple[str, ...]


@dataclass(slots=True)
class _Counts:
    submitted: int = 0
    automatic: int = 0
    approved: int = 0
    rejected: int = 0
    #: what the automatic ones came to, by currency
    amounts: dict[str, Decimal] = field(default_factory=dict)

    def add(self, other: _Counts) -> None:
        self.submitted += other.submitted
        self.automatic += other.automatic
        self.approved += other.approved
        self.rejected += other.rejected
        for currency, amount in other.amounts.items():
            self.amounts[currency] = self.amounts.get(currency, Decimal(0)) + amount

    def amount(self, currency: str | None) -> Decimal | None:
        return None if currency is None else self.amounts.get(currency, Decimal(0))


class Counted:
    """Counts of everything that was replayed so far; grows with the number of subjects."""

    def __init__(self) -> None:
        self._days: dict[_Key, dict[date, _Counts]] = {}

    def submitted(self, scope: HistoryScope, at: datetime, amount: Decimal | None, *, runs: bool) -> None:
        """Count a request; `runs` when a rule lets it run without waiting for a person."""
        counts = _Counts(submitted=1, automatic=int(runs))
        if runs and amount is not None and scope.currency is not None:
            counts.amounts[scope.currency] = abs(amount)
        self._add(_keys(scope), at, counts)
        if runs:
            self._add((("agent", scope.agent),), at, counts)

    def decided(self, scope: HistoryScope, at: datetime, *, approved: bool) -> None:
        """Count what people decided."""
        self._add(_keys(scope), at, _Counts(approved=int(approved), rejected=int(not approved)))

    def history(self, scope: HistoryScope, at: datetime) -> History:
        """What came before a request at a moment."""
        today, since = at.date(), at.date() - _MONTH
        everything = self._sum(("agent", scope.agent), today, today)
        own = ("action", scope.agent, scope.action)
        month, day = self._sum(own, since + timedelta(days=1), today), self._sum(own, today, today)
        ours = History(
            agent_action_count=self._sum(own, _EVER, today).submitted,
            agent_action_30d=month.submitted,
            agent_action_today=day.submitted,
            agent_action_automatic_today=day.automatic,
            agent_action_approved_30d=month.approved,
            agent_action_rejected_30d=month.rejected,
            automatic_today=everything.automatic,
            automatic_amount_today=everything.amount(scope.currency),
        )
        return ours if scope.subject is None else self._with_subject(ours, scope, since, today)

    def _with_subject(self, ours: History, scope: HistoryScope, since: date, today: date) -> History:
        about, same = ("subject", scope.subject or ""), ("same", scope.subject or "", scope.action)
        month, ever = self._sum(about, since + timedelta(days=1), today), self._sum(about, _EVER, today)
        return History(
            **ours.values(),  # type: ignore[arg-type]  # every value has its field's type
            same_subject_30d=month.submitted,
            subject_action_count=self._sum(same, _EVER, today).submitted,
            subject_action_30d=self._sum(same, since + timedelta(days=1), today).submitted,
            subject_automatic_30d=month.automatic,
            subject_automatic_amount_30d=month.amount(scope.currency),
            approved_before=ever.approved,
            rejected_before=ever.rejected,
        )

    def _add(self, keys: tuple[_Key, ...], at: datetime, counts: _Counts) -> None:
        today = at.date()
        for key in keys:
            days = self._days.setdefault(key, {})
            days.setdefault(today, _Counts()).add(counts)
            if len(days) > _MONTH.days + 1:
                _fold(days, today - _MONTH)

    def _sum(self, key: _Key, first: date, last: date) -> _Counts:
        found = _Counts()
        for day, counts in self._days.get(key, {}).items():
            if first <= day <= last:
                found.add(counts)
        return found


def _keys(scope: HistoryScope) -> tuple[_Key, ...]:
    own = (("action", scope.agent, scope.action),)
    if scope.subject is None:
        return own
    return (*own, ("subject", scope.subject), ("same", scope.subject, scope.action))


def _fold(days: dict[date, _Counts], until: date) -> None:
    for day in [day for day in days if _EVER < day <= until]:
        days.setdefault(_EVER, _Counts()).add(days.pop(day))
