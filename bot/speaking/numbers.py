"""`stats`: the measures of what one person may see, told to them alone and short enough for a phone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode

from bot.domain.measures.notices import Notice, notices
from bot.domain.measures.period import WEEK, Period
from bot.domain.measures.query import Dimension
from bot.domain.measures.report import Report
from bot.domain.measures.telling import line, sentences
from bot.domain.measures.words import NAMES, counted, number, spanned
from bot.domain.mentions import commands
from bot.domain.mentions.spans import Span
from bot.insights import Asked, Insights
from bot.speaking.desk import Desk, Said, privately
from bot.speaking.spoken import Heard
from bot.speaking.telling import name

_DEFAULT = Span(weeks=4)
_MOST_ROWS = 8
_MOST_NOTICES = 5
_COUNTED = 1_000
_NONE_YET = "Numbers are not kept here."
_BLIND = "You lead and decide no actions as a whole, so the numbers are of what you voted on."


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """What is told, and to whom."""

    desk: Desk
    said: Said
    command: commands.Stats
    asked: Asked
    report: Report


async def stats(desk: Desk, said: Said, command: commands.Stats) -> Heard:
    """How requests were decided, how long that took, what went wrong and what stands out."""
    insights = desk.insights
    if insights is None:
        return privately(_NONE_YET)
    asked = Asked(
        period=_period(command.span or _DEFAULT, insights),
        by=Dimension(command.by) if command.by else None,
        where={Dimension.ACTION: command.match} if command.match else {},
    )
    report = await insights.report(said.person.id, asked)
    found = notices(await insights.findings(said.person.id, asked), lambda who: name(desk.directory, who))
    waiting = await desk.store.pending_for(said.person.id, limit=_COUNTED)
    told = _Told(desk=desk, said=said, command=command, asked=asked, report=report)
    lines = [*_lines(told, insights, len(waiting)), *_noticed(found)]
    link = await desk.inbox_link(said.person.id, _page(asked)) if desk.inbox_link else ""
    if link:
        lines.append("The whole picture is in the browser. The link works once, for ten minutes.")
    return Heard(lines=tuple(lines), link=link)


def _lines(told: _Told, insights: Insights, waiting: int) -> Iterator[str]:
    total, match = told.report.total, told.command.match
    of = f" of {match}" if match else ""
    span = spanned(told.asked.period, insights.today)
    what = "vote" if told.asked.is_about_reviewers else "request"
    yield f"{counted(total.submitted, what)}{of} came {_when(told.command.span or _DEFAULT)} ({span})."
    yield f"{number(waiting)} wait{'s' * (waiting == 1)} for you now."
    if insights.sight(told.said.person.id).is_empty:
        yield _BLIND
    if told.asked.by is None:
        yield from sentences(total)
        return
    rows = told.report.rows
    if rows:
        yield f"By {NAMES[told.asked.by][0]}:"
    names = ((insights.name(told.asked.by, row.value), row) for row in rows[:_MOST_ROWS])
    yield from (f"• {name}: {line(row)}" for name, row in names)
    if len(rows) > _MOST_ROWS:
        yield f"• and {len(rows) - _MOST_ROWS} more"


def _noticed(found: tuple[Notice, ...]) -> Iterator[str]:
    if found:
        yield "What stands out:"
    yield from (f"• {notice.sentence}" for notice in found[:_MOST_NOTICES])
    if len(found) > _MOST_NOTICES:
        yield f"• and {len(found) - _MOST_NOTICES} more"


def _period(span: Span, insights: Insights) -> Period:
    last = insights.today - timedelta(days=7 * span.ago)
    return Period.last(span.weeks, last)


def _when(span: Span) -> str:
    if span.weeks == 1:
        return "last week" if span.ago else "this week"
    return f"in the last {span.weeks} weeks"


def _page(asked: Asked) -> str:
    """The page of the dashboard that tells the same."""
    until = asked.period.until - WEEK
    query: Mapping[str, str] = {
        "from": asked.period.from_.isoformat(),
        "until": until.isoformat(),
        **{dimension.value: value for dimension, value in asked.where.items()},
    }
    return f"/measures{f'/{asked.by.value}' if asked.by else ''}?{urlencode(query)}"
