"""A table of the dashboard: a row for every rule, agent, reviewer …, with what became of its requests."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from adapters.web.filters import Filters
from adapters.web.measure_columns import Cell, Column, columns_of
from adapters.web.measure_parts import Slice, slices, told
from bot.domain.measures.query import OF_REVIEWERS, Dimension
from bot.domain.measures.report import Report, Row

#: nobody reads further
_MOST_ROWS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """The head of a column, which sorts by it."""

    text: str
    about: str
    link: str
    is_sorted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One row."""

    name: str
    #: the dashboard of this one alone
    link: str
    slices: Sequence[Slice]
    #: the slices in words
    told: str
    cells: Sequence[tuple[Column, Cell]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """What the page shows."""

    dimension: Dimension
    headings: Sequence[Heading]
    lines: Sequence[Line]
    #: how many rows are left out
    more: int


def table(
    report: Report, dimension: Dimension, filters: Filters, sort: str, name: Callable[[str], str]
) -> Table:
    """The rows of a report, the highest first by the column that is named; `name` names its values."""
    columns = columns_of(dimension)
    by = next((column for column in columns if column.key == sort), None)
    rows = report.rows if by is None else sorted(report.rows, key=lambda row: _rank(by, row))
    default = "" if dimension is Dimension.WEEK else columns[0].key
    return Table(
        dimension=dimension,
        headings=[_heading(column, dimension, filters, sort or default) for column in columns],
        lines=[_line(row, dimension, columns, filters, name) for row in rows[:_MOST_ROWS]],
        more=max(0, len(rows) - _MOST_ROWS),
    )


def _rank(column: Column, row: Row) -> tuple[bool, float, str]:
    worth = column.worth(row)
    return worth is None, -(worth or 0), row.value


def _heading(column: Column, dimension: Dimension, filters: Filters, sort: str) -> Heading:
    link = filters.address(f"/measures/{dimension.value}", sort=column.key)
    return Heading(text=column.heading, about=column.about, link=link, is_sorted=column.key == sort)


def _line(
    row: Row, dimension: Dimension, columns: Sequence[Column], filters: Filters, name: Callable[[str], str]
) -> Line:
    alone = filters.with_(dimension, row.value)
    if dimension is Dimension.REVIEWER:
        # Of single votes it is not known through which channel they came, and the like.
        others = {each: value for each, value in alone.where.items() if each in OF_REVIEWERS}
        alone = Filters(period=filters.period, weeks=filters.weeks, where=others)
    return Line(
        name=name(row.value),
        link=alone.address(),
        slices=slices(row),
        told=told(row),
        cells=[(column, column.cell(row, alone)) for column in columns],
    )
