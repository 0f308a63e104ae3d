"""The dashboard's first numbers: few, large, each beside what it was before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from adapters.web.filters import Filters
from bot.domain.measures.query import Behind
from bot.domain.measures.rate import Rate
from bot.domain.measures.report import Row
from bot.domain.measures.words import NOTHING, number, percent, took


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """One number."""

    label: str
    value: str
    #: what it is a share of, or what stands beside it
    detail: str
    #: what it was in the period before; empty where nothing is known of it
    before: str
    #: the requests behind it, empty where none are
    link: str = ""


def tiles(now: Row, before: Row, filters: Filters) -> tuple[Tile, ...]:
    """The numbers of a period, beside those of the one before."""
    return tuple(_tiles(now, before, filters))


def _tiles(now: Row, before: Row, filters: Filters) -> Iterator[Tile]:
    yield Tile(
        label="Requests",
        value=number(now.submitted),
        detail=f"{number(now.pending)} wait{'s' * (now.pending == 1)} now",
        before=number(before.submitted) if before.submitted else "",
        link=_link(filters, Behind.SUBMITTED, now.submitted),
    )
    yield _share(
        "Automatic", "requests", now.automatic_share, before.automatic_share, filters, Behind.AUTOMATIC
    )
    people = "decisions by people"
    yield _share("Approved", people, now.approval_rate, before.approval_rate, filters, Behind.APPROVED)
    yield _share("Rejected", people, now.rejection_rate, before.rejection_rate, filters, Behind.REJECTED)
    yield _share("Edited", people, now.edit_rate, before.edit_rate, filters, Behind.EDITED)
    yield Tile(
        label="Decided in",
        value=took(now.turnaround.median),
        detail=f"95% in {took(now.turnaround.p95)}" if now.turnaround.n else "nothing was decided",
        before=took(before.turnaround.median) if before.turnaround.n else "",
    )
    known = "known outcomes"
    yield _share("Went wrong", known, now.error_rate, before.error_rate, filters, Behind.ERRORS)
    checks = "blind checks"
    yield _share("Checks agree", checks, now.agreement, before.agreement, filters, Behind.SAMPLED)


def _share(  # noqa: PLR0917 - a line of the table above
    label: str, of: str, now: Rate, before: Rate, filters: Filters, behind: Behind
) -> Tile:
    was = percent(before)
    return Tile(
        label=label,
        value=percent(now),
        detail=f"{number(now.hits)} of {number(now.of)} {of}" if now.of else f"no {of}",
        before=was if was != NOTHING else "",
        link=_link(filters, behind, now.hits),
    )


def _link(filters: Filters, behind: Behind, count: int) -> str:
    return filters.list_of(behind) if count else ""
