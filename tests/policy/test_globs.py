"""Patterns over action names, compared with each other."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.matching import covers, matches
from bot.policy.globs import overlaps

patterns = st.text("ab.*", max_size=6)
names = st.text("ab.", max_size=8)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("refund.*", "refund.issue", True),
        ("refund.*", "*.issue", True),
        ("refund.*", "credit.*", False),
        ("*", "anything", True),
        ("refund.issue", "refund.issue", True),
        ("refund.issue", "refund.issues", False),
        ("a*b", "*", True),
    ],
)
def test_patterns_overlap(one: str, other: str, expected: bool) -> None:  # noqa: FBT001 - a table
    assert overlaps(one, other) is expected
    assert overlaps(other, one) is expected


@given(patterns, patterns, names)
def test_two_patterns_that_fit_one_name_overlap(one: str, other: str, name: str) -> None:
    if matches(one, name) and matches(other, name):
        assert overlaps(one, other)


@given(patterns, patterns, names)
def test_what_a_pattern_covers_it_fits(wide: str, narrow: str, name: str) -> None:
    if covers(wide, narrow) and matches(narrow, name):
        assert matches(wide, name)


@given(patterns)
def test_a_star_covers_everything_and_everything_covers_itself(pattern: str) -> None:
    assert covers("*", pattern)
    assert covers(pattern, pattern)


def test_covering_is_not_overlapping() -> None:
    assert not covers("refund.issue", "refund.*")
    assert overlaps("refund.issue", "refund.*")
