"""Significance: what chance alone explains."""

from __future__ import annotations

from math import erfc, sqrt

from bot.domain.measures.rate import Rate


def two_shares(first: Rate, second: Rate) -> float:
    """How probable so great a difference of two shares is by chance, whichever is greater.

    The pooled two-proportion z-test (for example Fleiss, Levin and Paik, "Statistical Methods for Rates and
    Proportions", 3rd edition, section 3.1). 1 where either is unknown.
    """
    if not first.of or not second.of:
        return 1.0
    pooled = (first.hits + second.hits) / (first.of + second.of)
    spread = sqrt(pooled * (1 - pooled) * (1 / first.of + 1 / second.of))
    if spread == 0:
        return 1.0
    return erfc(abs(first.hits / first.of - second.hits / second.of) / spread / sqrt(2))


def difference(first: Rate, second: Rate) -> tuple[float, float, float]:
    """First minus second, with bounds that hold it in 95 of 100 cases; both must be known.

    From the Wilson bounds of each (R. G. Newcombe, "Interval estimation for the difference between
    independent proportions", Statistics in Medicine 17, 1998, method 10).
    """
    one, two = first.hits / first.of, second.hits / second.of
    between = one - two
    low = between - sqrt((one - first.low) ** 2 + (second.high - two) ** 2)
    high = between + sqrt((first.high - one) ** 2 + (two - second.low) ** 2)
    return between, low, high


def run_by_chance(longest: int, of: int, share: float) -> float:
    """At most so probable is an unbroken row of `longest` hits in `of` tries that hit with this share.

    Such a row begins with the first try or after a miss: the sum over all places bounds the probability.
    """
    if longest <= 0 or longest > of:
        return 1.0 if longest <= 0 else 0.0
    return min(1.0, share**longest * (1 + (of - longest) * (1 - share)))
