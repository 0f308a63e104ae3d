"""Columns of the dashboard's tables: what each tells of a row, and which requests stand behind it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from adapters.web.filters import Filters
from bot.domain.measures.query import Behind, Dimension
from bot.domain.measures.rate import Rate
from bot.domain.measures.report import Row, Spread
from bot.domain.measures.words import number, percent, took


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One number."""

    text: str
    #: `379 of 431`, where it is a share
    detail: str = ""
    #: how many requests stand behind it
    hits: int = 0
    link: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One measure of every row."""

    key: str
    heading: str
    about: str
    #: by what rows are sorted; those of which nothing is known come last
    worth: Callable[[Row], float | None]
    show: Callable[[Row], Cell]
    behind: Behind | None = None

    def cell(self, row: Row, filters: Filters) -> Cell:
        """The number of a row, with the address of the requests behind it."""
        shown = self.show(row)
        if self.behind is None or not shown.hits:
            return shown
        return replace(shown, link=filters.list_of(self.behind))


def columns_of(dimension: Dimension) -> Sequence[Column]:
    """The columns of a dimension's table."""
    return _OF_REVIEWERS if dimension is Dimension.REVIEWER else _OF_REQUESTS


def _share(key: str, heading: str, about: str, behind: Behind, rate: Callable[[Row], Rate]) -> Column:
    def show(row: Row) -> Cell:
        found = rate(row)
        detail = f"{number(found.hits)} of {number(found.of)}" if found.of else ""
        return Cell(text=percent(found), detail=detail, hits=found.hits)

    return Column(
        key=key, heading=heading, about=about, behind=behind, worth=lambda row: rate(row).value, show=show
    )


def _count(key: str, heading: str, about: str, behind: Behind, count: Callable[[Row], int]) -> Column:
    def show(row: Row) -> Cell:
        return Cell(text=number(count(row)), hits=count(row))

    return Column(key=key, heading=heading, about=about, behind=behind, worth=count, show=show)


def _time(
    key: str, heading: str, about: str, spread: Callable[[Row], Spread], *, most: bool = False
) -> Column:
    def seconds(row: Row) -> float | None:
        return spread(row).p95 if most else spread(row).median

    return Column(
        key=key, heading=heading, about=about, worth=seconds, show=lambda row: Cell(text=took(seconds(row)))
    )


_APPROVED = _share(
    "approved", "Approved", "of what people decided", Behind.APPROVED, lambda row: row.approval_rate
)
_EDITED = _share("edited", "Edited", "of what people decided", Behind.EDITED, lambda row: row.edit_rate)
_REJECTED = _share(
    "rejected", "Rejected", "of what people decided", Behind.REJECTED, lambda row: row.rejection_rate
)
_ERRORS = _share(
    "errors", "Errors", "failed or reverted, of known outcomes", Behind.ERRORS, lambda row: row.error_rate
)
_MEDIAN = _time("median", "Median", "half were decided within this time", lambda row: row.turnaround)
_P95 = _time("p95", "95%", "95 of 100 were decided within this time", lambda row: row.turnaround, most=True)

_OF_REQUESTS = (
    _count("requests", "Requests", "all that came", Behind.SUBMITTED, lambda row: row.submitted),
    _share(
        "automatic",
        "Auto",
        "approved without people, of all",
        Behind.AUTOMATIC,
        lambda row: row.automatic_share,
    ),
    _APPROVED,
    _EDITED,
    _REJECTED,
    _share("expired", "No answer", "of what people were asked", Behind.EXPIRED, lambda row: row.expiry_rate),
    _MEDIAN,
    _P95,
    _ERRORS,
    _share(
        "agreed", "Checks", "agreement of blind quality checks", Behind.SAMPLED, lambda row: row.agreement
    ),
    _share(
        "overridden",
        "Reverted",
        "taken back by people, of the automatic ones",
        Behind.OVERRIDDEN,
        lambda row: row.override_rate,
    ),
)
_OF_REVIEWERS = (
    _count("requests", "Decided", "votes of this person", Behind.SUBMITTED, lambda row: row.decided),
    _APPROVED,
    _EDITED,
    _REJECTED,
    _share(
        "hasty",
        "Hasty",
        "approved faster than the packet can be read",
        Behind.HASTY,
        lambda row: Rate(hits=row.hasty, of=row.timed),
    ),
    _count(
        "overridden",
        "Took back",
        "automatic approvals that this person took back",
        Behind.OVERRIDDEN,
        lambda row: row.overridden,
    ),
    _time("spent", "Looked for", "from the first look to the vote, at most", lambda row: row.deliberation),
    _MEDIAN,
    _P95,
    _ERRORS,
)
