"""Times of single events, summed up: the median and the slowest hundredth."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from bench.reading import Reading, Unit

#: most milliseconds by `p50` and `p99`
Bounds = Mapping[str, float]


def percentile(seconds: Sequence[float], share: float) -> float:
    """The time that this share of all was not slower than."""
    ordered = sorted(seconds)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]


def times(name: str, seconds: Sequence[float], bounds: Bounds | None = None) -> Iterator[Reading]:
    """Readings in milliseconds, `NAME/p50` and `NAME/p99`."""
    for measure, share in (("p50", 0.5), ("p99", 0.99)):
        yield Reading(
            name=f"{name}/{measure}",
            value=percentile(seconds, share) * 1000,
            unit=Unit.MILLISECONDS,
            bound=(bounds or {}).get(measure),
        )
