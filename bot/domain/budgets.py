"""Budgets: how much an agent may have run by itself in a day, whatever the rules say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, localcontext

from bot.domain.money import MAX_LENGTH, Money

#: the names of history that budgets are held against
COUNT, AMOUNT = "automatic_today", "automatic_amount_today"


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """What runs by itself of an agent on one day (UTC) at the most; beyond it people decide."""

    #: how many requests
    automatic_per_day: int | None = None
    #: what these come to; what has no amount uses nothing of it
    amount_per_day: Money | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Spending:
    """What one request would use of its agent's budget."""

    budget: Budget
    amount: Decimal | None = None
    currency: str | None = None

    @property
    def reads(self) -> frozenset[str]:
        """The names of history without which it cannot be told whether the budget is enough."""
        names = set()
        if self.budget.automatic_per_day is not None:
            names.add(COUNT)
        if self._limit is not None and self._foreign(self._limit) is None:
            names.add(AMOUNT)
        return frozenset(names)

    def beyond(self, known: Mapping[str, int | Decimal]) -> str | None:
        """Why the budget is not enough, as a sentence, by what ran today; None when it is."""
        return self._too_many(known) or self._too_much(known)

    @property
    def _limit(self) -> Money | None:
        """What limits the amount, where there is one."""
        return self.budget.amount_per_day if self.amount is not None else None

    def _foreign(self, limit: Money) -> str | None:
        if self.currency == limit.currency:
            return None
        return f"Its agent's budget is in {limit.currency}, and this is in {self.currency or 'no currency'}."

    def _too_many(self, known: Mapping[str, int | Decimal]) -> str | None:
        most = self.budget.automatic_per_day
        if most is None:
            return None
        count = known.get(COUNT)
        if count is None:
            return "What its agent did by itself today could not be counted."
        return (
            f"Its agent may do {most} by itself in a day, and did {count} today." if count >= most else None
        )

    def _too_much(self, known: Mapping[str, int | Decimal]) -> str | None:
        limit = self._limit
        if limit is None or self.amount is None:
            return None
        spent = known.get(AMOUNT)
        foreign = self._foreign(limit)
        if foreign or spent is None:
            return foreign or "What its agent spent by itself today could not be counted."
        with localcontext(prec=3 * MAX_LENGTH):
            total = spent + abs(self.amount)
        if total <= limit.amount:
            return None
        return (
            f"Its agent may spend {limit} by itself in a day, and spent {spent} {limit.currency} today;"
            f" this would be {abs(self.amount)} {limit.currency} more."
        )
