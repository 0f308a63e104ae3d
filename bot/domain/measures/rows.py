"""From sums to the rows of a report."""

from __future__ import annotations

from dataclasses import fields
from datetime import date

from bot.domain.measures.findings import Bin
from bot.domain.measures.histogram import quantile
from bot.domain.measures.lanes import counts
from bot.domain.measures.rate import Rate
from bot.domain.measures.report import Row, Spread
from bot.domain.measures.tally import BINS, COUNT_LANES, COUNTS, OF_BIN, TIME_LANES, TIMES, Tally
from bot.domain.status import ReasonCode

#: counts that a row has by the same name
_OF_ROW = [field.name for field in fields(Row) if field.name in COUNTS]


def counted(tally: Tally) -> dict[str, int]:
    """The counts by name."""
    return dict(zip(COUNTS, counts(tally.counts, COUNT_LANES), strict=False))


def row(tally: Tally, value: str = "", week: date | None = None) -> Row:
    """The numbers of a sum."""
    by_name = counted(tally)
    spreads = spread(tally)
    return Row(
        value=value,
        week=week,
        **{name: by_name[name] for name in _OF_ROW},
        reasons={code: n for code in ReasonCode if (n := by_name[f"reason_{code.value}"])},
        turnaround=spreads["turnaround"],
        first_look=spreads["first_look"],
        deliberation=spreads["deliberation"],
    )


def spread(tally: Tally) -> dict[str, Spread]:
    """How long things took, by name."""
    whole = counts(tally.times, TIME_LANES)
    return {name: _spread(whole[at :: len(TIMES)]) for at, name in enumerate(TIMES)}


def bins(tally: Tally) -> tuple[tuple[Bin, ...], float]:
    """What came true by stated confidence, and the sum of squared errors."""
    lanes = counts(tally.counts, COUNT_LANES)[len(COUNTS) :]
    groups = [lanes[at : at + len(OF_BIN)] for at in range(0, len(lanes), len(OF_BIN))]
    found = tuple(_bin(index, n, right, stated) for index, (n, right, stated, _) in enumerate(groups))
    return found, sum(squares for *_, squares in groups) / 10_000


def _bin(index: int, n: int, right: int, stated: int) -> Bin:
    return Bin(
        from_=index / BINS,
        until=(index + 1) / BINS,
        stated=stated / n / 1000 if n else None,
        clean=Rate(hits=right, of=n),
    )


def _spread(histogram: list[int]) -> Spread:
    n = sum(histogram)
    return Spread(n=n, median=quantile(histogram, 0.5), p95=quantile(histogram, 0.95))
