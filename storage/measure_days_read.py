"""Reading days: how much each reviewer decided on each, and how long some approved without a break."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select

from bot.domain.measures.days import Day
from bot.domain.measures.query import Query
from storage.measure_cells import Cell
from storage.measure_tables import MeasureDayRow

_day = MeasureDayRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it at class creation


def per_day(connection: Connection, query: Query, votes: Iterable[Cell]) -> dict[str, list[int]]:
    """How much each person decided on each day on which they decided anything.

    Days are told apart by action: those of the actions in `votes` count, which is all that the asker may see.
    """
    seen: defaultdict[str, set[str]] = defaultdict(set)
    for cell in votes:
        seen[cell.slice.reviewer].add(cell.slice.action)
    if not seen:
        return {}
    asked = (
        select(_day.c.person, _day.c.day, func.sum(_day.c.votes))
        .where(_within(query), or_(*_pairs(seen)))
        .group_by(_day.c.person, _day.c.day)
    )
    found: defaultdict[str, list[int]] = defaultdict(list)
    for person, _, decided in connection.execute(asked):
        if decided:
            found[person].append(int(decided))
    return found


def streaks(connection: Connection, query: Query, people: Collection[str]) -> dict[tuple[str, str], int]:
    """The longest unbroken rows of approvals of these people, by person and action."""
    asked = (
        select(_day)
        .where(_within(query), _day.c.person.in_(people))
        .order_by(_day.c.person, _day.c.action, _day.c.day)
    )
    whole: defaultdict[tuple[str, str], Day] = defaultdict(Day)
    for row in connection.execute(asked):
        day = Day(votes=row.votes, opening=row.opening, closing=row.closing, longest=row.longest)
        whole[row.person, row.action] = whole[row.person, row.action].then(day)
    return {own: days.longest for own, days in whole.items()}


def _within(query: Query) -> ColumnElement[bool]:
    return and_(_day.c.day >= query.period.from_.isoformat(), _day.c.day < query.period.until.isoformat())


def _pairs(seen: dict[str, set[str]]) -> Iterable[ColumnElement[bool]]:
    """People who are seen at the same actions, together."""
    by_actions: defaultdict[tuple[str, ...], list[str]] = defaultdict(list)
    for person, actions in seen.items():
        by_actions[tuple(sorted(actions))].append(person)
    return (and_(_day.c.person.in_(who), _day.c.action.in_(what)) for what, who in by_actions.items())
