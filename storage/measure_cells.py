"""Cells: sums of one slice in one week, picked by a query and by what its asker may see."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, false, or_, select

from bot.domain.matching import matches
from bot.domain.measures.query import OF_REVIEWERS, Dimension, Eyes, Query
from storage.measure_tables import MeasureSliceRow, MeasureWeekRow

_slice = MeasureSliceRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it at class creation
_week = MeasureWeekRow.__table__  # type: ignore[attr-defined]  # likewise

_COLUMNS = {
    Dimension.RULE: _slice.c.rule,
    Dimension.AGENT: _slice.c.agent,
    Dimension.REVIEWER: _slice.c.reviewer,
    Dimension.CHANNEL: _slice.c.channel,
    Dimension.WEEK: _week.c.week,
    Dimension.MODE: _slice.c.mode,
    Dimension.POLICY_VERSION: _slice.c.policy_version,
}


def cells(connection: Connection, query: Query, *, of_reviewers: bool | None = None) -> Sequence[Row[Any]]:
    """What there is of a query: the sums with their week and their slice's columns.

    `of_reviewers` asks for sums of single people's votes instead of requests; by default as the query says.
    """
    asked = {*query.where, *((query.by,) if query.by else ())}
    if of_reviewers is None:
        of_reviewers = Dimension.REVIEWER in asked
    actions = _actions(connection)
    found = (
        select(_week.c.week, _week.c.counts, _week.c.times, *_slice.columns)
        .join(_slice, _slice.c.id == _week.c.slice)
        .where(
            _week.c.week >= query.period.from_.isoformat(),
            _week.c.week < query.period.until.isoformat(),
            _seen(query.eyes, actions, of_reviewers=of_reviewers, own=asked <= OF_REVIEWERS),
            *(_is(dimension, value, actions) for dimension, value in query.where.items()),
        )
    )
    return connection.execute(found).all()


def value_of(cell: Row[Any], dimension: Dimension | None) -> str:
    """What a cell is told apart by."""
    match dimension:
        case None:
            return ""
        case Dimension.AGENT_VERSION:
            return f"{cell.agent} {cell.agent_version}".rstrip()
        case _:
            return str(getattr(cell, dimension.value))


def _actions(connection: Connection) -> Sequence[str]:
    return connection.execute(select(_slice.c.action).distinct()).scalars().all()


def _seen(eyes: Eyes, actions: Iterable[str], *, of_reviewers: bool, own: bool) -> ColumnElement[bool]:
    """What the asker may see: requests of the actions they lead, else their own votes.

    `own` says whether single votes can be told apart as the query asks.
    """
    is_vote: ColumnElement[bool] = _slice.c.reviewer != ""
    if eyes.agent is not None:
        return false() if of_reviewers else and_(~is_vote, _slice.c.agent == eyes.agent)
    leads = _slice.c.action.in_(
        [action for action in actions if any(matches(pattern, action) for pattern in eyes.actions)]
    )
    seen = and_(is_vote if of_reviewers else ~is_vote, leads)
    if eyes.person is None or not own:
        return seen
    mine: ColumnElement[bool] = _slice.c.reviewer == eyes.person
    return or_(seen, and_(mine, ~leads))


def _is(dimension: Dimension, value: str, actions: Iterable[str]) -> ColumnElement[bool]:
    if dimension is Dimension.ACTION:
        fit: ColumnElement[bool] = _slice.c.action.in_([name for name in actions if matches(value, name)])
        return fit
    if dimension is Dimension.AGENT_VERSION:
        named = _slice.c.agent + " " + _slice.c.agent_version == value
        return or_(named, and_(_slice.c.agent == value, _slice.c.agent_version == ""))
    is_it: ColumnElement[bool] = _COLUMNS[dimension] == value
    return is_it
