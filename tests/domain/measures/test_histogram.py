"""Histograms are true to 5 % of the exact quantile, however durations are spread."""

from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.measures.histogram import BUCKETS, ERROR, bucket, middle, quantile

#: milliseconds from one second to 400 days
DURATIONS = st.integers(1_000, 400 * 86_400_000)


def histogram(durations: list[int]) -> list[int]:
    """How many durations are in each bucket."""
    counts = [0] * BUCKETS
    for duration in durations:
        counts[bucket(duration)] += 1
    return counts


@given(DURATIONS)
def test_what_is_in_a_bucket_is_nowhere_further_from_its_middle_than_the_error(duration: int) -> None:
    assert middle(bucket(duration)) == pytest.approx(duration / 1000, rel=ERROR + 1e-9)


@given(st.lists(DURATIONS, min_size=1, max_size=300), st.sampled_from([0.5, 0.95, 0.99]))
def test_quantiles_are_those_of_the_sorted_list_but_for_the_error(durations: list[int], share: float) -> None:
    exact = sorted(durations)[max(1, ceil(share * len(durations))) - 1] / 1000
    assert quantile(histogram(durations), share) == pytest.approx(exact, rel=ERROR + 1e-9)


def test_without_durations_there_is_no_quantile() -> None:
    assert quantile([0] * BUCKETS, 0.5) is None


def test_what_is_shorter_than_a_second_or_longer_than_all_buckets_still_counts() -> None:
    assert (bucket(0), bucket(1000), bucket(10**12)) == (0, 0, BUCKETS - 1)
    assert middle(0) == 1.0
