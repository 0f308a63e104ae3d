"""Many counts in one number."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.measures.lanes import count, counts, lanes, packed, unpacked

LANES = 6
COUNTS = st.lists(st.integers(0, 10**9), min_size=LANES, max_size=LANES)


def number(of: list[int]) -> int:
    """The number that holds these counts."""
    return lanes(enumerate(of))


@given(COUNTS, COUNTS)
def test_adding_numbers_adds_their_counts(one: list[int], other: list[int]) -> None:
    both = number(one) + number(other)
    assert counts(both, LANES) == [a + b for a, b in zip(one, other, strict=True)]
    assert count(both, 3) == one[3] + other[3]


@given(COUNTS, COUNTS)
def test_what_was_added_can_be_taken_away_in_any_order(one: list[int], other: list[int]) -> None:
    assert counts(number(one) - number(other) + number(other), LANES) == one


@given(COUNTS)
def test_packing_loses_nothing(of: list[int]) -> None:
    assert counts(unpacked(packed(number(of))), LANES) == of


@pytest.mark.parametrize(("had", "taken"), [([1, 1], [1, 2]), ([0, 5], [1, 0])])
def test_taking_more_than_there_is_is_noticed(had: list[int], taken: list[int]) -> None:
    with pytest.raises(OverflowError, match="below zero"):
        packed(number(had) - number(taken))


def test_nothing_takes_no_room() -> None:
    assert packed(0) == b""
    assert counts(unpacked(b""), 2) == [0, 0]
