"""What becomes of requests, as parts of a whole: their order, names and looks on every chart and bar."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.domain.measures.query import Behind
from bot.domain.measures.rate import Rate
from bot.domain.measures.report import Row
from bot.domain.measures.words import number, percent


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One of the ends that a request can come to."""

    behind: Behind
    name: str
    #: its colour, as the style sheet names it
    tone: str
    #: the lines over it, so that it is known without colour, too; empty for none
    hatch: str
    count: Callable[[Row], int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """A part of one bar: where it begins and how wide it is, in hundredths of the bar."""

    part: Part
    begins: float
    width: float
    count: int


#: every request is in one of these
PARTS = (
    Part(behind=Behind.AUTOMATIC, name="automatic", tone="auto", hatch="", count=lambda row: row.automatic),
    Part(
        behind=Behind.APPROVED,
        name="approved",
        tone="approved",
        hatch="",
        count=lambda row: row.approved - row.edited,
    ),
    Part(behind=Behind.EDITED, name="edited", tone="edited", hatch="up", count=lambda row: row.edited),
    Part(behind=Behind.REJECTED, name="rejected", tone="rejected", hatch="", count=lambda row: row.rejected),
    Part(
        behind=Behind.REFUSED,
        name="refused by a rule",
        tone="refused",
        hatch="down",
        count=lambda row: row.refused,
    ),
    Part(behind=Behind.EXPIRED, name="unanswered", tone="expired", hatch="up", count=lambda row: row.expired),
    Part(
        behind=Behind.CANCELLED, name="withdrawn", tone="cancelled", hatch="", count=lambda row: row.cancelled
    ),
    Part(behind=Behind.PENDING, name="waiting", tone="pending", hatch="down", count=lambda row: row.pending),
)


def slices(row: Row) -> tuple[Slice, ...]:
    """The parts of a row that there are any of, side by side."""
    whole = sum(part.count(row) for part in PARTS)
    found: list[Slice] = []
    begins = 0.0
    for part in PARTS:
        count = part.count(row)
        if count > 0:
            width = 100 * count / whole
            found.append(Slice(part=part, begins=round(begins, 3), width=round(width, 3), count=count))
            begins += width
    return tuple(found)


def told(row: Row) -> str:
    """The parts in words: `61% automatic, 31% approved`."""
    found = slices(row)
    whole = sum(each.count for each in found)
    shares = (f"{percent(Rate(hits=each.count, of=whole))} {each.part.name}" for each in found)
    return ", ".join(shares) or number(0)
