"""`placet stats`: how requests were decided, what went wrong, and what stands out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands.console import moment, remark, say, say_json, say_table
from bot.commands.visits import visit
from bot.domain.measures.period import Period
from bot.domain.measures.query import EVERYTHING, Dimension, Query
from bot.domain.measures.words import NAMES, counted, number, percent, spanned, took

if TYPE_CHECKING:
    from bot.domain.measures.findings import Findings
    from bot.domain.measures.report import Report, Row

_HEADINGS = (
    "Requests",
    "Automatic",
    "Approved",
    "Edited",
    "Rejected",
    "No answer",
    "Median",
    "95%",
    "Errors",
)


def stats(
    by: Annotated[Dimension | None, typer.Option(help="A row for every one of these.")] = None,
    weeks: Annotated[int, typer.Option(min=1, max=520, help="So many weeks, this one included.")] = 4,
    action: Annotated[str | None, typer.Option(help="Only these actions, such as 'refund.*'.")] = None,
    agent: Annotated[str | None, typer.Option(help="Only this agent's requests.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
) -> None:
    """Show how requests were decided, how long that took, what went wrong and what stands out."""
    today = datetime.now(UTC).date()
    given = {Dimension.ACTION: action, Dimension.AGENT: agent}
    query = Query(
        period=Period.last(weeks, today),
        eyes=EVERYTHING,
        by=by,
        where={dimension: value for dimension, value in given.items() if value},
    )
    report, found = visit(lambda admin: admin.measure(query))
    if as_json:
        _print_json(report, found)
        return
    total = counted(report.total.submitted, "request")
    remark(f"{total}, {spanned(report.period, today)} ({counted(report.period.weeks, 'week')}).")
    _print(report)
    _print_notices(found)
    if report.counted_until is None:
        remark("Nothing is counted yet: a running `placet serve` or `placet worker` counts what is recorded.")
    else:
        remark(f"What happened until {moment(report.counted_until)} is counted.")


def _print(report: Report) -> None:
    from bot.domain.measures.telling import sentences

    if report.by is None:
        for sentence in sentences(report.total):
            say(sentence)
        return
    if report.rows:
        rows = [*(_cells(row, row.value) for row in report.rows), _cells(report.total, "all")]
        say_table((NAMES[report.by][0].capitalize(), *_HEADINGS), rows)


def _print_notices(found: Findings) -> None:
    from bot.domain.measures.notices import notices

    noticed = notices(found)
    if noticed:
        say("What stands out:")
    for notice in noticed:
        say(f"- {notice.sentence}")


def _print_json(report: Report, found: Findings) -> None:
    import msgspec

    from adapters.agents.statistics import stats_of

    say_json(msgspec.to_builtins(stats_of(report, found)))


def _cells(row: Row, name: str) -> tuple[str, ...]:
    return (name, *_numbers(row))


def _numbers(row: Row) -> Iterator[str]:
    yield number(row.submitted)
    rates = (row.automatic_share, row.approval_rate, row.edit_rate, row.rejection_rate, row.expiry_rate)
    yield from (percent(rate) for rate in rates)
    yield took(row.turnaround.median)
    yield took(row.turnaround.p95)
    yield percent(row.error_rate)
