"""Charts of the dashboard: the numbers that the browser draws, and the table that says the same."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any

from adapters.web.filters import Filters
from adapters.web.measure_parts import PARTS, Part
from bot.domain.measures.period import Period
from bot.domain.measures.query import Behind
from bot.domain.measures.rate import Rate
from bot.domain.measures.report import Row
from bot.domain.measures.words import day, number, percent, took

#: shares of fewer are noise on a chart; the table tells them
_ENOUGH = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A cell of the table beside a chart."""

    text: str
    link: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """One chart. `data` is JSON for the browser; `rows` tell the same where nothing is drawn."""

    id: str
    title: str
    #: what it shows, in one sentence
    told: str
    data: str = ""
    headings: Sequence[str] = ()
    rows: Sequence[Sequence[Entry]] = ()
    #: whether there is nothing to draw
    is_empty: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """A line over weeks."""

    name: str
    tone: str
    value: Callable[[Row], float | None]
    text: Callable[[Row], str]
    dash: Sequence[int] = field(default_factory=tuple)
    behind: Behind | None = None


def by_week(rows: Sequence[Row], total: Row, period: Period, filters: Filters) -> tuple[Chart, ...]:
    """The charts over weeks."""
    weeks = _every_week(rows, period)
    return (
        _volume(weeks, total, filters),
        _lines("times", "How long decisions take", _times_told(total), weeks, _TIMES, "seconds", filters),
        _lines("shares", "What runs by itself, what people approve", "", weeks, _SHARES, "percent", filters),
        _lines("errors", "What went wrong", _errors_told(total), weeks, _ERRORS, "share", filters),
    )


def _volume(weeks: Sequence[Row], total: Row, filters: Filters) -> Chart:
    parts = [part for part in PARTS if any(part.count(row) for row in weeks)]
    series = [
        {
            "name": part.name,
            "tone": part.tone,
            "hatch": part.hatch,
            "values": [part.count(row) for row in weeks],
        }
        for part in parts
    ]
    links = [filters.in_week(_monday(row)).list_of(Behind.SUBMITTED) for row in weeks]
    return Chart(
        id="volume",
        title="Requests by week, and how they ended",
        told=f"{number(total.submitted)} in all, {percent(total.automatic_share)} of them without people.",
        data=_data("stacked", "count", weeks, series, links),
        headings=("Week of", "All", *(part.name.capitalize() for part in parts)),
        rows=[list(_volume_row(row, parts, filters)) for row in weeks],
        is_empty=not parts,
    )


def _volume_row(row: Row, parts: Sequence[Part], filters: Filters) -> Iterator[Entry]:
    week = filters.in_week(_monday(row))
    yield Entry(text=day(_monday(row)))
    yield _counted(row.submitted, week, Behind.SUBMITTED)
    yield from (_counted(part.count(row), week, part.behind) for part in parts)


def _lines(  # noqa: PLR0917 - the table above reads better in one line each
    id_: str,
    title: str,
    told: str,
    weeks: Sequence[Row],
    lines: Sequence[_Line],
    unit: str,
    filters: Filters,
) -> Chart:
    drawn = [line for line in lines if any(line.value(row) is not None for row in weeks)]
    series = [
        {
            "name": line.name,
            "tone": line.tone,
            "dash": list(line.dash) or None,
            "values": [line.value(row) for row in weeks],
        }
        for line in drawn
    ]
    return Chart(
        id=id_,
        title=title,
        told=told,
        data=_data("lines", unit, weeks, series),
        headings=("Week of", *(line.name.capitalize() for line in drawn)),
        rows=[
            [Entry(text=day(_monday(row))), *(_entry(line, row, filters) for line in drawn)] for row in weeks
        ],
        is_empty=not drawn,
    )


def _entry(line: _Line, row: Row, filters: Filters) -> Entry:
    value = line.value(row)
    if line.behind is None or not value:
        return Entry(text=line.text(row))
    return Entry(text=line.text(row), link=filters.in_week(_monday(row)).list_of(line.behind))


def _data(
    kind: str, unit: str, weeks: Sequence[Row], series: Sequence[dict[str, Any]], links: Sequence[str] = ()
) -> str:
    at = [int(datetime.combine(_monday(row), time(), UTC).timestamp()) for row in weeks]
    chart = {
        "kind": kind,
        "unit": unit,
        "x_unit": "week",
        "x_name": "week of",
        "x": at,
        "is_joined": True,
        "series": series,
    }
    return json.dumps({**chart, "links": links} if links else chart)


def _every_week(rows: Sequence[Row], period: Period) -> list[Row]:
    """A row for each week, also for those in which nothing came."""
    known = {row.week: row for row in rows}
    return [known.get(week, Row(week=week)) for week in period]


def _monday(row: Row) -> date:
    assert row.week is not None  # noqa: S101 - rows here are by week  # nosec B101
    return row.week


def _counted(count: int, filters: Filters, behind: Behind) -> Entry:
    return Entry(text=number(count), link=filters.list_of(behind) if count else "")


def _share(name: str, tone: str, rate: Callable[[Row], Rate], behind: Behind, *dash: int) -> _Line:
    def value(row: Row) -> float | None:
        found = rate(row)
        return round(100 * found.hits / found.of, 2) if found.of >= _ENOUGH else None

    return _Line(
        name=name, tone=tone, value=value, text=lambda row: percent(rate(row)), dash=dash, behind=behind
    )


def _times_told(total: Row) -> str:
    if not total.turnaround.n:
        return "Nothing was decided by people."
    half, most = took(total.turnaround.median), took(total.turnaround.p95)
    first = f"; somebody looked after {took(total.first_look.median)}" if total.first_look.n else ""
    return f"Half within {half}, 95% within {most}{first}."


def _errors_told(total: Row) -> str:
    if not total.outcomes:
        return "No agent has reported an outcome."
    return f"{percent(total.error_rate)} of {number(total.outcomes)} with a known outcome."


_TIMES = (
    _Line(
        name="median",
        tone="approved",
        value=lambda row: row.turnaround.median,
        text=lambda row: took(row.turnaround.median),
    ),
    _Line(
        name="95% within",
        tone="rejected",
        value=lambda row: row.turnaround.p95,
        text=lambda row: took(row.turnaround.p95),
        dash=(8, 4),
    ),
    _Line(
        name="first look, median",
        tone="auto",
        value=lambda row: row.first_look.median,
        text=lambda row: took(row.first_look.median),
        dash=(2, 3),
    ),
)
_SHARES = (
    _share("automatic", "auto", lambda row: row.automatic_share, Behind.AUTOMATIC),
    _share("approved by people", "approved", lambda row: row.approval_rate, Behind.APPROVED, 8, 4),
    _share("edited by people", "edited", lambda row: row.edit_rate, Behind.EDITED, 2, 3),
)
_ERRORS = (
    _share("failed or reverted", "rejected", lambda row: row.error_rate, Behind.ERRORS),
    _share("taken back", "expired", lambda row: row.override_rate, Behind.OVERRIDDEN, 8, 4),
    _share(
        "found wrong in checks",
        "auto",
        lambda row: Rate(hits=row.disagreed, of=row.sampled),
        Behind.DISAGREED,
        2,
        3,
    ),
)
