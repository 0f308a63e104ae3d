"""Rows of a report in sentences, short enough for a phone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bot.domain.measures.report import Row
from bot.domain.measures.words import counted, number, percent, took
from bot.domain.sentences import REASONS
from bot.domain.status import ReasonCode

_MOST_REASONS = 3


def sentences(row: Row) -> tuple[str, ...]:
    """What became of requests: who decided, how, how long it took, and whether it went well."""
    return tuple(_sentences(row))


def line(row: Row) -> str:
    """The same on one line, without what there is nothing of: `240 requests, 61% automatic, …`."""
    return ", ".join(_parts(row))


def reasons(given: Mapping[ReasonCode, int], most: int = _MOST_REASONS) -> str:
    """`against policy (18), too risky (3)`: the most frequent first."""
    first = sorted(given.items(), key=lambda pair: (-pair[1], pair[0]))[:most]
    return ", ".join(f"{REASONS[code]} ({number(count)})" for code, count in first)


def _sentences(row: Row) -> Iterator[str]:
    if row.automatic:
        taken_back = f"; people took back {number(row.overridden)} of them" if row.overridden else ""
        yield f"Automatic: {percent(row.automatic_share)} ({number(row.automatic)}){taken_back}."
    if row.refused:
        yield f"Refused by a rule: {number(row.refused)}."
    if row.decided:
        edited = f", {number(row.edited)} of them edited" if row.edited else ""
        yield (
            f"People decided {number(row.decided)}: {percent(row.approval_rate)} approved{edited},"
            f" {percent(row.rejection_rate)} rejected."
        )
    if row.reasons:
        yield f"Why not: {reasons(row.reasons)}."
    if row.turnaround.n:
        yield _turnaround(row)
    if row.expired:
        yield f"Nobody answered {number(row.expired)} ({percent(row.expiry_rate)} of what people were asked)."
    if row.outcomes:
        known = number(row.outcomes)
        yield f"Went wrong afterwards: {percent(row.error_rate)} of {known} with a known outcome."
    if row.sampled:
        yield f"Blind quality checks agree with {percent(row.agreement)} of {number(row.sampled)}."
    if row.rated_wrong:
        yield f"Rated wrong afterwards: {number(row.rated_wrong)} of {number(row.rated)}."


def _turnaround(row: Row) -> str:
    first = f"; the first look came after {took(row.first_look.median)}" if row.first_look.n else ""
    half, most = took(row.turnaround.median), took(row.turnaround.p95)
    return f"Half were decided within {half}, 95% within {most}{first}."


def _parts(row: Row) -> Iterator[str]:
    yield counted(row.submitted, "request")
    if row.automatic:
        yield f"{percent(row.automatic_share)} automatic"
    if row.decided:
        yield f"{percent(row.approval_rate)} approved"
    if row.edited:
        yield f"{percent(row.edit_rate)} edited"
    if row.turnaround.n:
        yield f"decided in {took(row.turnaround.median)}"
    if row.errors:
        yield f"{percent(row.error_rate)} went wrong"
    if row.disagreed:
        yield f"checks agree with {percent(row.agreement)}"
    if row.pending:
        yield f"{number(row.pending)} waiting"
