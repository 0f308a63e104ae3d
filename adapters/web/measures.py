"""The dashboard: what needs attention, how requests were decided, and the requests behind every number."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from aiohttp import web

from adapters.web.cards import Cards, Face
from adapters.web.errors import UnknownPage
from adapters.web.filters import (
    HOME,
    OFFERED_WEEKS,
    Filters,
    before_in,
    behind_in,
    dimension_in,
    filters_in,
    reason_in,
)
from adapters.web.frame import Frame
from adapters.web.inbox import pending
from adapters.web.measure_calibration import calibration
from adapters.web.measure_charts import by_week
from adapters.web.measure_columns import columns_of
from adapters.web.measure_parts import PARTS
from adapters.web.measure_reasons import reasons
from adapters.web.measure_table import table
from adapters.web.measure_tiles import tiles
from adapters.web.visitor import Visitor
from bot.domain.directory import Directory
from bot.domain.measures.findings import Load
from bot.domain.measures.notices import Notice, notices
from bot.domain.measures.period import Period
from bot.domain.measures.query import Behind, Dimension, Page
from bot.domain.measures.words import NAMES, counted, spanned
from bot.domain.sentences import REASONS
from bot.insights import Insights
from bot.ports import Store

_PAGE = 50
#: what a menu offers of the values that there are
_MOST_OFFERED = 100


class MeasurePages:
    """The pages under `/measures`."""

    def __init__(
        self,
        *,
        insights: Insights,
        store: Store,
        directory: Callable[[], Directory],
        cards: Cards,
        frame: Frame,
    ) -> None:
        self._insights = insights
        self._store = store
        self._directory = directory
        self._cards = cards
        self._frame = frame

    async def overview(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """What stands out, the first numbers, and the charts."""
        filters = filters_in(request.query, self._insights.today)
        person, asked = visitor.person.id, filters.asked(weekly=True)
        report = await self._insights.report(person, asked)
        before = await self._insights.report(person, _earlier(filters).asked())
        found = await self._insights.findings(person, filters.asked())
        charts = by_week(report.rows, report.total, filters.period, filters)
        return await self._page(
            "measures.html",
            request,
            visitor,
            filters,
            title="Measures",
            notices=[_noticed(each, filters) for each in notices(found, self._named(Dimension.REVIEWER))],
            tiles=tiles(report.total, before.total, filters),
            volume=charts[0],
            charts=[*charts[1:], calibration(found.calibrations, filters)],
            reasons=reasons(report.total, filters),
            is_empty=not report.total.submitted,
        )

    async def table(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """The numbers of every rule, agent, reviewer or whatever else they are told apart by."""
        dimension = dimension_in(request.match_info["dimension"])
        if dimension is None:
            raise UnknownPage
        filters = filters_in(request.query, self._insights.today)
        report = await self._insights.report(visitor.person.id, filters.asked(dimension))
        sort = request.query.get("sort", "")
        return await self._page(
            "measures_table.html",
            request,
            visitor,
            filters,
            here=dimension,
            title=f"By {NAMES[dimension][0]}",
            table=table(report, dimension, filters, sort, self._named(dimension)),
            legend=[part for part in PARTS if any(part.count(row) for row in report.rows)],
            loads=await self._loads(visitor, filters) if dimension is Dimension.REVIEWER else [],
            sorts=[(column.key, column.heading) for column in columns_of(dimension)],
            sort=sort,
        )

    async def requests(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """The requests behind a number, as far as the person may open them."""
        filters = filters_in(request.query, self._insights.today)
        behind, reason = behind_in(request.query), reason_in(request.query)
        page = Page(behind=behind, reason=reason, before=before_in(request.query), limit=_PAGE)
        found = await self._insights.behind(visitor.person.id, filters.asked(), page)
        more = {"reason": reason.value} if reason else {}
        following = found.following
        return await self._page(
            "measures_requests.html",
            request,
            visitor,
            filters,
            title=_HEADINGS[behind] + (f": {REASONS[reason]}" if reason else ""),
            items=[self._cards.draw(stored, visitor, Face.ROW) for stored in found.stored],
            hidden=counted(found.hidden, "request") if found.hidden else "",
            kept=[("behind", behind.value), *more.items()],
            older=filters.list_of(behind, **more, before=following) if following else "",
        )

    async def _page(
        self,
        template: str,
        request: web.Request,
        visitor: Visitor,
        filters: Filters,
        *,
        title: str,
        here: Dimension | None = None,
        **values: Any,
    ) -> web.Response:
        waiting = await pending(self._store, self._directory(), visitor.person.id)
        chosen = [
            (
                NAMES[dimension][0],
                self._named(dimension)(value),
                filters.without(dimension).address(_path(request)),
            )
            for dimension, value in filters.where.items()
        ]
        everything = {
            "filters": filters,
            "span": spanned(filters.period, self._insights.today),
            "offered_weeks": OFFERED_WEEKS,
            "chosen": chosen,
            "path": _path(request),
            "views": [
                (NAMES[each][1], filters.address(f"{HOME}/{each.value}"), each is here) for each in Dimension
            ],
            "home": filters.address(),
            "kept": (),
            "is_home": template == "measures.html",
            "singular": NAMES[here][0] if here else "",
            "actions": await self._values(visitor, filters, Dimension.ACTION),
            "agents": await self._values(visitor, filters, Dimension.AGENT),
            "sees_little": self._insights.sight(visitor.person.id).is_empty,
            **values,
        }
        return self._frame.plain(template, request, visitor, "measures", title, waiting, everything)

    async def _loads(self, visitor: Visitor, filters: Filters) -> Sequence[tuple[str, Load]]:
        """How much each reviewer has to decide, under the same name as in the table."""
        found = await self._insights.findings(visitor.person.id, filters.asked())
        return [(self._insights.name(Dimension.REVIEWER, load.reviewer), load) for load in found.loads]

    async def _values(self, visitor: Visitor, filters: Filters, dimension: Dimension) -> Sequence[str]:
        """What a menu offers: the values that there are in the period, and the one that was chosen."""
        asked = Filters(period=filters.period, weeks=filters.weeks).asked(dimension)
        report = await self._insights.report(visitor.person.id, asked)
        found = [row.value for row in report.rows[:_MOST_OFFERED]]
        return sorted({*found, *([filters.where[dimension]] if dimension in filters.where else [])})

    def _named(self, dimension: Dimension) -> Callable[[str], str]:
        return lambda value: self._insights.name(dimension, value)


def _path(request: web.Request) -> str:
    return request.path


def _earlier(filters: Filters) -> Filters:
    """As many weeks before."""
    length = timedelta(weeks=filters.period.weeks)
    period = Period(from_=filters.period.from_ - length, until=filters.period.from_)
    return Filters(period=period, weeks=None, where=filters.where)


def _noticed(notice: Notice, filters: Filters) -> tuple[Notice, str]:
    found = Filters(period=filters.period, weeks=filters.weeks, where=notice.where)
    return notice, found.list_of(notice.behind)


_HEADINGS = {
    Behind.SUBMITTED: "All requests",
    Behind.PENDING: "Waiting",
    Behind.AUTOMATIC: "Approved without people",
    Behind.REFUSED: "Refused by a rule",
    Behind.APPROVED: "Approved by people",
    Behind.EDITED: "Approved with changes",
    Behind.REJECTED: "Rejected",
    Behind.EXPIRED: "Unanswered",
    Behind.CANCELLED: "Withdrawn",
    Behind.OVERRIDDEN: "Taken back after they ran by themselves",
    Behind.OUTCOMES: "With a known outcome",
    Behind.ERRORS: "Failed or reverted",
    Behind.SAMPLED: "Checked blind",
    Behind.DISAGREED: "Found wrong in blind checks",
    Behind.RATED: "Rated afterwards",
    Behind.RATED_WRONG: "Rated wrong",
    Behind.HASTY: "Approved faster than the packet can be read",
}
