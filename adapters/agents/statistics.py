"""An agent's own numbers over the wire."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType, field

from adapters.agents.payload import Line, Moment
from bot.domain.measures.asking import MOST_WEEKS, period_asked, value_asked
from bot.domain.measures.findings import Findings
from bot.domain.measures.notices import notices
from bot.domain.measures.query import Dimension
from bot.domain.measures.rate import Rate
from bot.domain.measures.report import Report, Row, Spread
from bot.insights import Asked

Day = Annotated[str, Meta(max_length=10, description="A day, as in 2026-03-02.", examples=["2026-03-02"])]


class StatsQuery(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which of the agent's requests, and by what their numbers are told apart."""

    by: Annotated[
        Literal["rule", "agent_version", "action", "week", "mode", "policy_version"] | None,
        Meta(description="A row for every one of these; without it the total alone."),
    ] = None
    weeks: Annotated[
        Annotated[int, Meta(ge=1, le=MOST_WEEKS)] | None,
        Meta(description="So many weeks until now, this one included; 4 where nothing is said."),
    ] = None
    from_: Annotated[Day | None, Meta(description="From this day's week on.")] = field(
        default=None, name="from"
    )
    until: Annotated[Day | None, Meta(description="Until this day's week, today's where it is left out.")] = (
        None
    )
    action: Annotated[
        Line | None, Meta(description="Only these actions, as in `refund.*`.", examples=["refund.*"])
    ] = None
    rule: Annotated[Line | None, Meta(description="Only what this rule ruled on.")] = None
    agent_version: Annotated[
        Line | None, Meta(description="Only this version of the agent, as rows by version name it.")
    ] = None


class RateShown(Struct, frozen=True, kw_only=True, gc=False):
    """A share, with the bounds that hold it in 95 of 100 cases."""

    hits: int
    of: int
    share: Annotated[float | None, Meta(description="From 0 to 1; null where `of` is 0.")]
    low: float
    high: float


class TimesShown(Struct, frozen=True, kw_only=True, gc=False):
    """How long something took, in seconds; null where `n` is 0."""

    n: int
    median_s: float | None
    p95_s: float | None


class NumbersShown(Struct, frozen=True, kw_only=True, gc=False):
    """What became of requests. A request counts in the week in which it was submitted."""

    value: Annotated[str | UnsetType, Meta(description="Of what; not in the total.")] = UNSET
    submitted: int
    pending: int
    automatic: Annotated[int, Meta(description="Approved by a rule, without people.")]
    refused: Annotated[int, Meta(description="Rejected by a rule.")]
    approved: Annotated[int, Meta(description="Approved by people, edited ones among them.")]
    edited: int
    rejected: Annotated[int, Meta(description="Rejected by people.")]
    expired: int
    cancelled: int
    overridden: Annotated[int, Meta(description="Automatic ones that people took back.")]
    reasons: Annotated[dict[str, int], Meta(description="Why people rejected: reason code to how often.")]
    rates: Annotated[
        dict[str, RateShown],
        Meta(
            description="`automatic` of all; `approved`, `edited`, `rejected` of what people decided;"
            " `expired` of what they were asked; `errors` of known outcomes; `agreement` of blind quality"
            " checks; `overridden` of automatic ones."
        ),
    ]
    turnaround: Annotated[TimesShown, Meta(description="From submission to people's decision.")]
    first_look: Annotated[TimesShown, Meta(description="From submission until somebody looked.")]


class FindingShown(Struct, frozen=True, kw_only=True, gc=False):
    """Something about the agent that is worth a look."""

    concern: Annotated[str, Meta(description="`drift` or `calibration`.")]
    sentence: str


class Stats(Struct, frozen=True, kw_only=True, gc=False):
    """An agent's own numbers."""

    from_: date = field(name="from")
    until: Annotated[date, Meta(description="The first day after the last week.")]
    by: str | None
    total: NumbersShown
    rows: list[NumbersShown]
    findings: list[FindingShown]
    counted_until: Annotated[Moment | None, Meta(description="What happened until then is counted.")]


def asked_in(query: StatsQuery, today: date) -> Asked:
    """The question behind a query; raises `Invalid` that names the field and what to send."""
    period = period_asked(today, weeks=query.weeks, first=query.from_, last=query.until)
    given = {
        Dimension.ACTION: query.action,
        Dimension.RULE: query.rule,
        Dimension.AGENT_VERSION: query.agent_version,
    }
    where = {each: value_asked(value, each.value) for each, value in given.items() if value is not None}
    return Asked(period=period, by=Dimension(query.by) if query.by else None, where=where)


def stats_of(report: Report, found: Findings) -> Stats:
    """The answer."""
    return Stats(
        from_=report.period.from_,
        until=report.period.until,
        by=report.by.value if report.by else None,
        total=_numbers(report.total, UNSET),
        rows=[_numbers(row, row.value) for row in report.rows],
        findings=[
            FindingShown(concern=each.concern.value, sentence=each.sentence) for each in notices(found)
        ],
        counted_until=report.counted_until,
    )


def _numbers(row: Row, value: str | UnsetType) -> NumbersShown:
    rates = {
        "automatic": row.automatic_share,
        "approved": row.approval_rate,
        "edited": row.edit_rate,
        "rejected": row.rejection_rate,
        "expired": row.expiry_rate,
        "errors": row.error_rate,
        "agreement": row.agreement,
        "overridden": row.override_rate,
    }
    return NumbersShown(
        value=value,
        submitted=row.submitted,
        pending=row.pending,
        automatic=row.automatic,
        refused=row.refused,
        approved=row.approved,
        edited=row.edited,
        rejected=row.rejected,
        expired=row.expired,
        cancelled=row.cancelled,
        overridden=row.overridden,
        reasons={code.value: count for code, count in row.reasons.items()},
        rates={name: _rate(rate) for name, rate in rates.items()},
        turnaround=_times(row.turnaround),
        first_look=_times(row.first_look),
    )


def _rate(rate: Rate) -> RateShown:
    share = rate.value
    return RateShown(
        hits=rate.hits,
        of=rate.of,
        share=None if share is None else round(share, 4),
        low=round(rate.low, 4),
        high=round(rate.high, 4),
    )


def _times(spread: Spread) -> TimesShown:
    return TimesShown(n=spread.n, median_s=spread.median, p95_s=spread.p95)
