"""Reports: cells added up as a query tells them apart."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import Connection, select

from bot.domain.measures import report as values
from bot.domain.measures.query import Dimension, Query
from bot.domain.measures.report import Report
from bot.domain.measures.rows import row
from bot.domain.measures.tally import Tally
from storage.measure_cells import cells, value_of
from storage.measure_tables import MeasureCursorRow
from storage.stamps import from_stamp

_cursor = MeasureCursorRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it at class creation

#: what rows are told apart by: a value, and perhaps a Monday
_Key = tuple[str, str]


def report(connection: Connection, query: Query) -> Report:
    """What a query finds."""
    sums: defaultdict[_Key, Tally] = defaultdict(Tally)
    weekly = query.weekly or query.by is Dimension.WEEK
    for cell in cells(connection, query, weekly=weekly):
        key = (value_of(cell, query.by), cell.week if query.weekly else "")
        sums[key] += cell.tally
    by_value: defaultdict[str, Tally] = defaultdict(Tally)
    for (value, _), tally in sums.items():
        by_value[value] += tally
    total = sum(by_value.values(), Tally())
    told_apart = query.by is not None or query.weekly
    return Report(
        period=query.period,
        by=query.by,
        total=row(total),
        rows=tuple(_ordered(query, sums)) if told_apart else (),
        counted_until=counted_until(connection),
    )


def counted_until(connection: Connection) -> datetime | None:
    """What was recorded until then is counted; None where nothing was counted yet."""
    stamp = connection.execute(select(_cursor.c.counted_until)).scalar()
    return None if stamp is None else from_stamp(stamp)


def _ordered(query: Query, sums: dict[_Key, Tally]) -> Iterable[values.Row]:
    rows = [
        row(tally, value, date.fromisoformat(week) if week else None) for (value, week), tally in sums.items()
    ]
    if query.by is Dimension.WEEK:
        return sorted(rows, key=lambda each: each.value)
    submitted: defaultdict[str, int] = defaultdict(int)
    for each in rows:
        submitted[each.value] += each.submitted
    return sorted(rows, key=lambda each: (-submitted[each.value], each.value, each.week or date.min))
