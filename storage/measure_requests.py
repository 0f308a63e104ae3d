"""The requests behind a number: cells say in which weeks and slices there are any, so no others are read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, or_, select, true

from bot.domain.measures.lanes import count
from bot.domain.measures.query import Behind, Page, Query
from bot.domain.measures.tally import LANE
from bot.domain.status import DecisionType, OutcomeStatus
from storage.measure_cells import Cell, cells
from storage.measure_tables import MeasureRow, MeasureVoteRow

_measure = MeasureRow.__table__  # type: ignore[attr-defined]  # SQLModel adds it at class creation
_vote = MeasureVoteRow.__table__  # type: ignore[attr-defined]  # likewise
_m, _v = _measure.c, _vote.c

#: after every week
_LAST = "9999"
_ENDINGS = {
    Behind.PENDING,
    Behind.AUTOMATIC,
    Behind.REFUSED,
    Behind.APPROVED,
    Behind.REJECTED,
    Behind.EXPIRED,
    Behind.CANCELLED,
}
_LATER: dict[Behind, ColumnElement[bool]] = {
    Behind.OUTCOMES: and_(_m.outcome.is_not(None), _m.outcome != OutcomeStatus.NOT_RUN.value),
    Behind.ERRORS: _m.outcome.in_([OutcomeStatus.FAILED.value, OutcomeStatus.REVERTED.value]),
    Behind.RATED: _m.rated_right.is_not(None),
    Behind.RATED_WRONG: _m.rated_right.is_(False),
}
_SAMPLES: dict[Behind, ColumnElement[bool]] = {
    Behind.SAMPLED: _m.agreed.is_not(None),
    Behind.DISAGREED: _m.agreed.is_(False),
}
_OVERRIDDEN = and_(_m.ending == Behind.AUTOMATIC.value, _m.reverted.is_(True))
#: what single people did beside voting, and who did
_OF_OTHERS: dict[Behind, tuple[ColumnElement[bool], ColumnElement[Any]]] = {
    **{behind: (condition, _m.sampler) for behind, condition in _SAMPLES.items()},
    Behind.OVERRIDDEN: (_OVERRIDDEN, _m.reverter),
}
_OF_REQUESTS: dict[Behind, ColumnElement[bool]] = {
    Behind.SUBMITTED: true(),
    **{behind: _m.ending == behind.value for behind in _ENDINGS},
    Behind.EDITED: and_(_m.ending == Behind.APPROVED.value, _m.edited.is_(True)),
    Behind.OVERRIDDEN: _OVERRIDDEN,
    Behind.HASTY: _m.hasty.is_(True),
    **_LATER,
    **_SAMPLES,
}
_APPROVES = _v.decision != DecisionType.REJECT.value
_OF_VOTES: dict[Behind, ColumnElement[bool]] = {
    Behind.SUBMITTED: true(),
    Behind.APPROVED: _APPROVES,
    Behind.EDITED: _v.decision == DecisionType.EDIT.value,
    Behind.REJECTED: _v.decision == DecisionType.REJECT.value,
    Behind.HASTY: _v.hasty.is_(True),
    **{behind: and_(_APPROVES, condition) for behind, condition in _LATER.items()},
}


def requests_behind(connection: Connection, query: Query, page: Page) -> Sequence[str]:
    """Ids of the requests behind a number, newest first."""
    found: list[str] = []
    for week, there in _weeks(connection, query, page):
        some = {each for part in _parts(week, there, page) for each in _ids(connection, part, page)}
        found += sorted(some, reverse=True)
        if len(found) >= page.limit:
            break
    return found[: page.limit]


def _weeks(connection: Connection, query: Query, page: Page) -> Iterator[tuple[str, list[Cell]]]:
    """The cells that hold any, by week, the latest first."""
    name = f"reason_{page.reason.value}" if page.reason is not None else page.behind.value
    newest = _week_of(connection, page.before)
    by_week: defaultdict[str, list[Cell]] = defaultdict(list)
    for cell in cells(connection, query, times=False):
        if cell.week <= newest and count(cell.tally.counts, LANE[name]):
            by_week[cell.week].append(cell)
    yield from sorted(by_week.items(), reverse=True)


def _week_of(connection: Connection, request_id: str | None) -> str:
    """The week of a request; one after all others where there is none."""
    if request_id is None:
        return _LAST
    week = connection.execute(select(_m.week).where(_m.request_id == request_id)).scalar()
    return _LAST if week is None else str(week)


def _parts(week: str, there: Sequence[Cell], page: Page) -> Iterator[Any]:
    """Queries that together find a week's requests."""
    of_requests = [cell.slice_id for cell in there if not cell.slice.reviewer]
    of_votes = [cell for cell in there if cell.slice.reviewer]
    if of_requests:
        here = select(_m.request_id).where(_m.week == week, _m.slice.in_(of_requests))
        condition = _OF_REQUESTS[page.behind]
        yield here.where(condition if page.reason is None else _m.reason == page.reason.value)
    if of_votes and page.behind in _OF_OTHERS:
        condition, who = _OF_OTHERS[page.behind]
        yield select(_m.request_id).where(_m.week == week, condition, _done_by(who, of_votes))
    elif of_votes:
        here = select(_v.request_id).join(_measure, _m.request_id == _v.request_id)
        here = here.where(_v.week == week, _v.slice.in_([cell.slice_id for cell in of_votes]))
        condition = _OF_VOTES[page.behind]
        yield here.where(condition if page.reason is None else _v.reason == page.reason.value)


def _done_by(who: ColumnElement[Any], there: Sequence[Cell]) -> ColumnElement[bool]:
    return or_(
        *(
            and_(who == s.reviewer, _m.action == s.action, _m.agent == s.agent, _m.rule == s.rule)
            for s in (cell.slice for cell in there)
        )
    )


def _ids(connection: Connection, part: Any, page: Page) -> Sequence[str]:
    column = part.selected_columns[0]
    if page.before is not None:
        part = part.where(column < page.before)
    found: Sequence[str] = connection.execute(part.order_by(column.desc()).limit(page.limit)).scalars().all()
    return found
