"""Times, summed up."""

import pytest

from bench.times import percentile, times


def test_the_slowest_hundredth_is_left_out() -> None:
    seconds = [number / 1000 for number in range(100, 0, -1)]
    assert percentile(seconds, 0.5) == pytest.approx(0.051)
    assert percentile([*seconds, 9.0], 0.99) == pytest.approx(0.1)
    assert percentile([0.007], 0.99) == 0.007


def test_readings_are_milliseconds_with_a_limit_each() -> None:
    median, slow = times("told/sqlite", [0.01, 0.02, 0.2], {"p99": 60.0})
    assert (median.name, median.value, median.holds) == ("told/sqlite/p50", 20.0, True)
    assert (slow.name, slow.value, slow.holds) == ("told/sqlite/p99", 200.0, False)
