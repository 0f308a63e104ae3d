"""Histograms of durations over buckets that grow by a constant factor: small, addable, and true to 5 %.

A bucket holds the durations above `GROWTH ** (i - 1)` and up to `GROWTH ** i` seconds; whatever is in it is
taken for the middle that is nowhere in it more than `ERROR` off (C. Masson, J. Rim, H. Lee, "DDSketch", PVLDB
12, 2019). Under a second everything counts as a second.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, log

#: how far a quantile may be off, as a share of it
ERROR = 0.05
GROWTH = (1 + ERROR) / (1 - ERROR)
#: enough for 400 days; what took longer is taken for that
BUCKETS = 176

_LOG_GROWTH = log(GROWTH)


def bucket(milliseconds: int) -> int:
    """The bucket of a duration."""
    if milliseconds <= 1000:
        return 0
    return min(ceil(log(milliseconds / 1000) / _LOG_GROWTH), BUCKETS - 1)


def middle(index: int) -> float:
    """The seconds that whatever is in a bucket is taken for."""
    return 1.0 if index == 0 else 2 * GROWTH**index / (GROWTH + 1)


def quantile(counts: Sequence[int], share: float) -> float | None:
    """The seconds that so great a share of the durations did not exceed, None where there are none.

    It is the duration of rank `ceil(share * n)`, as it would stand in a sorted list.
    """
    total = sum(counts)
    rank = max(1, ceil(share * total))
    seen = 0
    for index, count in enumerate(counts):
        seen += count
        if count and seen >= rank:
            return middle(index)
    return None
