"""The requests behind a number: cells say in which weeks and slices there are any, so no others are read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, or_, select, text

from bot.domain.measures.lanes import count
from bot.domain.measures.query import Behind, Page, Query
from bot.domain.measures.tally import LANE
from storage.measure_behind import OF_OTHERS, endings, of_requests, of_votes
from storage.measure_cells import Cell, cells
from storage.measure_newest import Listed, newest
from storage.measure_tables import MARKED, MeasureRow

_measure = MeasureRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it at class creation
_m = _measure.c

#: after every week
_LAST = "9999"
#: who did what is no vote
_WHO: dict[Behind, ColumnElement[Any]] = {
    Behind.SAMPLED: _m.sampler,
    Behind.DISAGREED: _m.sampler,
    Behind.OVERRIDDEN: _m.reverter,
}


def requests_behind(connection: Connection, query: Query, page: Page) -> Sequence[str]:
    """Ids of the requests behind a number, newest first."""
    found: list[str] = []
    for week, there in _weeks(connection, query, page):
        some = {each for part in _parts(connection, week, there, page) for each in part}
        found += sorted(some, reverse=True)
        if len(found) >= page.limit:
            break
    return found[: page.limit]


def _weeks(connection: Connection, query: Query, page: Page) -> Iterator[tuple[str, list[Cell]]]:
    """The cells that hold any, by week, the latest first."""
    name = f"reason_{page.reason.value}" if page.reason is not None else page.behind.value
    newest_week = _week_of(connection, page.before)
    by_week: defaultdict[str, list[Cell]] = defaultdict(list)
    for cell in cells(connection, query, times=False):
        if cell.week <= newest_week and count(cell.tally.counts, LANE[name]):
            by_week[cell.week].append(cell)
    yield from sorted(by_week.items(), reverse=True)


def _week_of(connection: Connection, request_id: str | None) -> str:
    """The week of a request; one after all others where there is none."""
    if request_id is None:
        return _LAST
    week = connection.execute(select(_m.week).where(_m.request_id == request_id)).scalar()
    return _LAST if week is None else str(week)


def _parts(connection: Connection, week: str, there: Sequence[Cell], page: Page) -> Iterator[Sequence[str]]:
    """What together is a week's page."""
    requests = [cell for cell in there if not cell.slice.reviewer]
    votes = [cell for cell in there if cell.slice.reviewer]
    given: dict[str, Any] = {"week": week, "before": page.before, "limit": page.limit}
    if requests:
        yield newest(connection, of_requests(page), _lists(requests, page), **given)
    if votes and page.behind in OF_OTHERS:
        yield _of_others(connection, week, votes, page)
    elif votes:
        lists = [Listed(cell.slice_id) for cell in votes]
        yield newest(connection, of_votes(page), lists, **given)


def _lists(there: Sequence[Cell], page: Page) -> list[Listed]:
    """The lists that hold any of the requests that are meant, or others that ended alike."""
    return [
        Listed(cell.slice_id, ending.value)
        for cell in there
        for ending in endings(page)
        if count(cell.tally.counts, LANE[ending.value])
    ]


def _of_others(connection: Connection, week: str, there: Sequence[Cell], page: Page) -> Sequence[str]:
    """What somebody said of decisions of others: few, and found along an index of such."""
    by = or_(*(_done_by(_WHO[page.behind], cell) for cell in there))
    meant = select(_m.request_id).where(
        _m.week == week, text(f"({MARKED})"), text(OF_OTHERS[page.behind]), by
    )
    if page.before is not None:
        meant = meant.where(_m.request_id < page.before)
    page_of = meant.order_by(_m.request_id.desc()).limit(page.limit)
    found: Sequence[str] = connection.execute(page_of).scalars().all()
    return found


def _done_by(who: ColumnElement[Any], cell: Cell) -> ColumnElement[bool]:
    of = cell.slice
    return and_(who == of.reviewer, _m.action == of.action, _m.agent == of.agent, _m.rule == of.rule)
