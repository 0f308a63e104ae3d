"""What a figure reads off: a number with its unit, what it stands beside, and what it has to hold."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum


class Unit(StrEnum):
    """What numbers are of."""

    PER_SECOND = "/s"
    SECONDS = "s"
    MILLISECONDS = "ms"
    MICROSECONDS = "µs"
    BYTES = "bytes"
    #: 10⁶ bytes
    MEGABYTES = "MB"
    #: 0.05 is 5 %
    SHARE = "share"
    COUNT = "count"

    @property
    def more_is_better(self) -> bool:
        """Whether a larger number is the better one, where no limit says otherwise."""
        return self is Unit.PER_SECOND


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One number of one round, or the median of several rounds."""

    #: a path of words: `intake/sqlite/rate`; the last one is the measure, the rest what is measured
    name: str
    value: float
    unit: Unit
    #: name of the reading of the same round that it is a ratio to
    base: str | None = None
    ratio: float | None = None
    #: the least and the most that `judged` may be
    floor: float | None = None
    bound: float | None = None
    #: whether it is Placet that was measured; what is not is there to be compared with, and fails nothing
    is_ours: bool = True
    #: what was judged in each round, once rounds are merged
    rounds: tuple[float, ...] = ()

    @property
    def judged(self) -> float:
        """What limits and comparisons are about: the ratio where there is one, because machines differ."""
        return self.value if self.ratio is None else self.ratio

    @property
    def holds(self) -> bool:
        """Whether it keeps its limits."""
        is_low = self.floor is not None and self.judged < self.floor
        is_high = self.bound is not None and self.judged > self.bound
        return not (is_low or is_high)

    @property
    def more_is_better(self) -> bool:
        """Whether a larger number is the better one."""
        if self.floor is not None:
            return True
        return self.bound is None and self.unit.more_is_better

    @property
    def noise(self) -> float:
        """Half of the spread between the rounds, as a share of the median."""
        if len(self.rounds) < 2 or not self.judged:
            return 0.0
        return (max(self.rounds) - min(self.rounds)) / 2 / abs(self.judged)

    def beside(self, base: Reading, *, floor: float | None = None, bound: float | None = None) -> Reading:
        """The same as a ratio to what was measured in the same round; the limits are the ratio's."""
        return replace(self, base=base.name, ratio=self.value / base.value, floor=floor, bound=bound)


def merge(readings: Iterable[Reading]) -> list[Reading]:
    """One reading for each name, in the order they first came, with medians of all rounds."""
    by_name: dict[str, list[Reading]] = {}
    for reading in readings:
        by_name.setdefault(reading.name, []).append(reading)
    return [_median(rounds) for rounds in by_name.values()]


def _median(rounds: Sequence[Reading]) -> Reading:
    ratios = [reading.ratio for reading in rounds if reading.ratio is not None]
    return replace(
        rounds[0],
        value=statistics.median(reading.value for reading in rounds),
        ratio=statistics.median(ratios) if ratios else None,
        rounds=tuple(reading.judged for reading in rounds),
    )
