"""What chance explains, held against tables, simulation and plain enumeration."""

from itertools import product

import pytest

from bot.domain.measures.rate import Rate
from bot.domain.measures.significance import difference, run_by_chance, two_shares


def rate(hits: int, of: int) -> Rate:
    """So many of so many."""
    return Rate(hits=hits, of=of)


def test_two_shares_are_compared_as_in_the_textbook() -> None:
    # z = (0.56 - 0.48) / sqrt(0.52 * 0.48 * (1/200 + 1/250)) = 1.688 by hand
    assert two_shares(rate(112, 200), rate(120, 250)) == pytest.approx(0.0914, abs=2e-4)


@pytest.mark.parametrize("other", [rate(0, 0), rate(10, 10)])
def test_without_anything_to_tell_apart_all_is_chance(other: Rate) -> None:
    assert two_shares(rate(5, 5), other) == 1.0


def test_the_bounds_of_a_difference_are_newcombes() -> None:
    # Newcombe 1998, table II, example (a): 56/70 against 48/80, method 10
    found = difference(rate(56, 70), rate(48, 80))
    assert found == pytest.approx((0.2, 0.0524, 0.3339), abs=1e-4)


@pytest.mark.parametrize(("longest", "of", "share"), [(3, 8, 0.5), (4, 10, 0.3), (5, 9, 0.8)])
def test_a_row_is_never_more_probable_than_its_bound(longest: int, of: int, share: float) -> None:
    exact = sum(
        share ** sum(tries) * (1 - share) ** (of - sum(tries))
        for tries in product((0, 1), repeat=of)
        if "1" * longest in "".join(map(str, tries))
    )
    bound = run_by_chance(longest, of, share)
    assert exact <= bound + 1e-12
    assert bound <= 2 * exact


def test_a_row_longer_than_all_tries_is_impossible() -> None:
    assert run_by_chance(11, 10, 0.9) == 0.0
    assert run_by_chance(0, 10, 0.9) == 1.0
