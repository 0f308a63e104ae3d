"""Rates and their bounds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.measures.rate import Rate, wilson


def test_without_anything_to_count_nothing_is_known() -> None:
    rate = Rate(hits=0, of=0)
    assert rate.value is None
    assert (rate.low, rate.high) == (0.0, 1.0)


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    [
        # Brown, Cai and DasGupta's formula worked out by hand
        (5, 10, 0.2366, 0.7634),
        (0, 20, 0.0, 0.1611),
        (20, 20, 0.8389, 1.0),
        (990, 1000, 0.9817, 0.9946),
    ],
)
def test_bounds_are_wilsons(hits: int, of: int, low: float, high: float) -> None:
    assert wilson(hits, of) == pytest.approx((low, high), abs=1e-4)


@given(st.integers(1, 10_000).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_bounds_hold_the_share_and_stay_between_nothing_and_all(counts: tuple[int, int]) -> None:
    rate = Rate(hits=counts[0], of=counts[1])
    assert rate.value is not None
    assert 0.0 <= rate.low <= rate.value <= rate.high <= 1.0
