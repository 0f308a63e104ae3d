"""Cells: sums of one slice in one week, picked by a query and by what its asker may see."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple
from zlib import decompress

from sqlalchemy import ColumnElement, Connection, Select, and_, false, or_, select

from bot.domain.matching import matches
from bot.domain.measures.lanes import unpacked
from bot.domain.measures.query import OF_REVIEWERS, Dimension, Eyes, Query
from bot.domain.measures.tally import Slice, Tally
from storage.measure_tables import MeasureSliceRow, MeasureWeekRow

_slice = MeasureSliceRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it at class creation
_week = MeasureWeekRow.__table__  # type: ignore[attr-defined]  # likewise

_COLUMNS = {
    Dimension.RULE: _slice.c.rule,
    Dimension.AGENT: _slice.c.agent,
    Dimension.REVIEWER: _slice.c.reviewer,
    Dimension.CHANNEL: _slice.c.channel,
    Dimension.MODE: _slice.c.mode,
    Dimension.POLICY_VERSION: _slice.c.policy_version,
}
_OF_SLICE = [column for column in _slice.columns if column.name != "id"]


class Cell(NamedTuple):
    """The sums of one slice in one week, or in all weeks of a query."""

    #: the Monday; empty where weeks are added up
    week: str
    slice_id: int
    slice: Slice
    tally: Tally


def cells(
    connection: Connection,
    query: Query,
    *,
    of_reviewers: bool | None = None,
    weekly: bool = True,
    times: bool = True,
) -> list[Cell]:
    """What there is of a query.

    `of_reviewers` asks for sums of single people's votes instead of requests; by default as the query says.
    Without `times` there are no histograms, which most of what is read consists of.
    """
    picked = _picked(connection, query, of_reviewers=of_reviewers)
    slices = {row.id: row for row in connection.execute(select(_slice).where(*picked))}
    known = {key: Slice(**{c.name: getattr(row, c.name) for c in _OF_SLICE}) for key, row in slices.items()}
    sums: dict[tuple[str, int], list[int]] = {}
    for week, under, counts, *histograms in connection.execute(_within(query, picked, times=times)).all():
        # A year has tens of thousands of them: whole numbers are added, and nothing is made of each.
        whole = sums.setdefault((week if weekly else "", under), [0, 0])
        whole[0] += unpacked(counts)
        if histograms and histograms[0]:
            whole[1] += unpacked(decompress(histograms[0]))
    return [
        Cell(week, under, known[under], Tally(*whole))
        for (week, under), whole in sums.items()
        if under in known  # all but what another process added meanwhile
    ]


def _within(query: Query, picked: Sequence[ColumnElement[bool]], *, times: bool) -> Select[Any]:
    columns = [_week.c.week, _week.c.slice, _week.c.counts, *([_week.c.times] if times else [])]
    week = query.where.get(Dimension.WEEK)
    return (
        select(*columns)
        .join(_slice, _slice.c.id == _week.c.slice)
        .where(
            _week.c.week >= query.period.from_.isoformat(),
            _week.c.week < query.period.until.isoformat(),
            *([_week.c.week == week] if week else []),
            *picked,
        )
    )


def value_of(cell: Cell, dimension: Dimension | None) -> str:
    """What a cell is told apart by."""
    match dimension:
        case None:
            return ""
        case Dimension.WEEK:
            return cell.week
        case Dimension.AGENT_VERSION:
            return f"{cell.slice.agent} {cell.slice.agent_version}".rstrip()
        case _:
            return str(getattr(cell.slice, dimension.value))


def _picked(
    connection: Connection, query: Query, *, of_reviewers: bool | None
) -> Sequence[ColumnElement[bool]]:
    """Conditions on slices."""
    asked = {*query.where, *((query.by,) if query.by else ())}
    if of_reviewers is None:
        of_reviewers = Dimension.REVIEWER in asked
    actions = connection.execute(select(_slice.c.action).distinct()).scalars().all()
    where = {name: value for name, value in query.where.items() if name is not Dimension.WEEK}
    return (
        _seen(query.eyes, actions, of_reviewers=of_reviewers, own=asked <= OF_REVIEWERS),
        *(_is(dimension, value, actions) for dimension, value in where.items()),
    )


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
