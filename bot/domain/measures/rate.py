"""Rates: how many of how many, and between which bounds the truth lies."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

#: standard deviations that hold 95 % of a normal distribution
Z95 = 1.959964


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """`hits` of `of`, as a share from 0 to 1 with the bounds that hold it in 95 of 100 cases."""

    hits: int
    of: int

    @property
    def value(self) -> float | None:
        """The share from 0 to 1, None where there is nothing to take a share of."""
        return self.hits / self.of if self.of else None

    @property
    def low(self) -> float:
        """The lower bound; 0 where nothing is known."""
        return wilson(self.hits, self.of)[0]

    @property
    def high(self) -> float:
        """The upper bound; 1 where nothing is known."""
        return wilson(self.hits, self.of)[1]


def wilson(hits: int, of: int, z: float = Z95) -> tuple[float, float]:
    """Wilson's score interval of a share; from 0 to 1 where nothing is known.

    It stays inside 0 to 1 and holds for small numbers and for shares near either end, where the usual
    interval collapses (E. B. Wilson, "Probable inference, the law of succession, and statistical
    inference", JASA 22, 1927; recommended by Brown, Cai and DasGupta, Statistical Science 16, 2001).
    """
    if not of:
        return 0.0, 1.0
    share, square = hits / of, z * z
    middle = (share + square / (2 * of)) / (1 + square / of)
    half = z * sqrt(share * (1 - share) / of + square / (4 * of * of)) / (1 + square / of)
    low = 0.0 if hits == 0 else max(0.0, middle - half)
    high = 1.0 if hits == of else min(1.0, middle + half)
    return low, high
