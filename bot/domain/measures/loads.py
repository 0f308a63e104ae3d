"""Loads: how much each reviewer decides, and for whom it is more than a person can do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from statistics import median

from bot.domain.measures.findings import Load, Overload

#: decisions a day beyond which they cannot have been considered: six hours at four and a half minutes each
TOO_MANY = 80
#: so many such days, and so great a share of somebody's working days, are no exception
FEWEST_DAYS = 5
OFTEN = 0.2


def load(reviewer: str, per_day: Sequence[int], waiting: int) -> Load:
    """What one reviewer decides; `per_day` has the days on which they decided anything."""
    return Load(
        reviewer=reviewer,
        decided=sum(per_day),
        days=len(per_day),
        per_day=float(median(per_day)) if per_day else 0.0,
        most=max(per_day, default=0),
        waiting=waiting,
    )


def overloads(days: Mapping[str, Sequence[int]], loads: Iterable[Load]) -> tuple[Overload, ...]:
    """Who is asked too much, the most asked first; `days` has everybody's decisions a day."""
    found = []
    for each in loads:
        over = sum(votes > TOO_MANY for votes in days.get(each.reviewer, ()))
        if over >= FEWEST_DAYS and over >= OFTEN * each.days:
            found.append(_finding(each, over))
    return tuple(sorted(found, key=lambda overload: -overload.per_day))


def _finding(each: Load, over: int) -> Overload:
    return Overload(
        reviewer=each.reviewer,
        per_day=each.per_day,
        most=each.most,
        days=each.days,
        days_over=over,
        waiting=each.waiting,
        sentence=(
            f"{each.reviewer} decides {each.per_day:.0f} requests on a usual day and up to {each.most};"
            f" more than {TOO_MANY} on {over} of {each.days} days. {each.waiting} wait for them now."
        ),
    )
