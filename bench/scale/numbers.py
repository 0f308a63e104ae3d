"""Statistics among very many requests: a year of measures, and what is asked of them.

The measures of copies are spread over a year's weeks and a hundred agents, as the roller would have written
them; the sums are added up from the rows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from zlib import compress

from sqlalchemy import ColumnElement, Connection, Table, delete, func, insert, select, true

from bench.scale.asking import Question
from bench.scale.stock import AGENTS, WEEKS
from bot.domain.measures.lanes import packed
from bot.domain.measures.period import Period
from bot.domain.measures.query import EVERYTHING, Behind, Dimension, Page, Query
from bot.domain.measures.tally import Tally, tallies
from storage.engine import write_engine
from storage.measure_sources import measures
from storage.measure_tables import MeasureRow, MeasureSliceRow, MeasureVoteRow, MeasureWeekRow
from storage.measures import SqlMeasures
from storage.store import SqlStore
from tests.builders import NOW
from tests.storage.measuring_steps import measured

#: what the numbers are asked of
PERIOD = Period.covering((NOW - timedelta(weeks=WEEKS)).date(), NOW.date())

_measure: Table = MeasureRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it at class creation
_vote: Table = MeasureVoteRow.__table__  # type: ignore[attr-defined]  # likewise
_slice: Table = MeasureSliceRow.__table__  # type: ignore[attr-defined]  # likewise
_week: Table = MeasureWeekRow.__table__  # type: ignore[attr-defined]  # likewise


async def begin_numbers(store: SqlStore, url: str) -> None:
    """Measure the templates, and make room for what each agent's copies are told apart by."""
    await measured(store)
    engine = write_engine(url)
    with engine.connect() as connection:
        slices = connection.execute(select(_slice)).mappings().all()
        rows = [
            {**each, "id": each["id"] + number * len(slices), "agent": f"{each['agent']}-{number}"}
            for number in range(1, AGENTS)
            for each in slices
        ]
        connection.execute(insert(_slice), rows)
        connection.commit()
    engine.dispose()


def add_up(url: str, templates: Sequence[str]) -> None:
    """Write the sums of all measures: every copy adds what its template does."""
    engine = write_engine(url)
    with engine.connect() as connection:
        sums: defaultdict[tuple[str, int], Tally] = defaultdict(Tally)
        for measure in measures(connection, templates).values():
            (_, _, of_request), *of_votes = tallies(measure)
            like_it = _measure.c.ending == measure.ending.value
            _add(connection, sums, _measure, of_request, like_it)
            for _, _, of_vote in of_votes:
                _add(connection, sums, _vote, of_vote, true())
        connection.execute(delete(_week))
        connection.execute(insert(_week), [_row(*key, tally) for key, tally in sums.items()])
        connection.exec_driver_sql("ANALYZE")
        connection.commit()
    engine.dispose()


def _add(
    connection: Connection,
    sums: defaultdict[tuple[str, int], Tally],
    table: Table,
    each: Tally,
    like_it: ColumnElement[bool],
) -> None:
    under = (table.c.week, table.c.slice)
    for week, number, many in connection.execute(
        select(*under, func.count()).where(like_it).group_by(*under)
    ):
        sums[week, number] += Tally(each.counts * many, each.times * many)


def _row(week: str, under: int, tally: Tally) -> dict[str, object]:
    times = compress(packed(tally.times), 1) if tally.times else b""
    return {"week": week, "slice": under, "counts": packed(tally.counts), "times": times}


def statistics(store: SqlStore) -> Mapping[str, Question]:
    """What `placet stats`, the pages of numbers and the agents' API ask, by name."""
    numbers, query = SqlMeasures(store), Query(period=PERIOD, eyes=EVERYTHING)
    errors, approved = Page(behind=Behind.ERRORS), Page(behind=Behind.APPROVED)
    of_one = query.narrowed(Dimension.REVIEWER, "ann")
    weekly = replace(query, by=Dimension.RULE, weekly=True)
    return {
        "numbers in all": lambda: numbers.report(query),
        "numbers by agent": lambda: numbers.report(replace(query, by=Dimension.AGENT)),
        "numbers by reviewer": lambda: numbers.report(replace(query, by=Dimension.REVIEWER)),
        "numbers by rule and week": lambda: numbers.report(weekly),
        "findings": lambda: numbers.findings(query),
        "requests behind approvals": lambda: numbers.requests(query, approved),
        "requests behind errors": lambda: numbers.requests(query, errors),
        "requests behind a reviewer's": lambda: numbers.requests(of_one, approved),
    }
