"""Durations as people write them."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.policy.durations import LONGEST, parse_duration, written
from bot.policy.problems import UnfitError


@pytest.mark.parametrize(
    ("text", "duration"),
    [
        ("15m", timedelta(minutes=15)),
        ("1h", timedelta(hours=1)),
        ("2d", timedelta(days=2)),
        ("1h30m", timedelta(minutes=90)),
        ("1d 12h", timedelta(hours=36)),
        ("90s", timedelta(seconds=90)),
        ("90m", timedelta(minutes=90)),
    ],
)
def test_durations_are_read(text: str, duration: timedelta) -> None:
    assert parse_duration(text) == duration


@pytest.mark.parametrize(
    "value", ["", "15", "m", "15 minutes", "1.5h", "-5m", "30m1h", "5m5m", "٥m", "1e3s", None, True, [], 2.5]
)
def test_anything_else_is_refused_with_an_example(value: object) -> None:
    with pytest.raises(UnfitError, match="15m"):
        parse_duration(value)


def test_a_number_is_told_to_take_a_unit() -> None:
    with pytest.raises(UnfitError, match='15 needs a unit, such as "15m"'):
        parse_duration(15)


@given(st.integers(1, int(LONGEST.total_seconds())))
def test_what_is_written_is_read_again(seconds: int) -> None:
    duration = timedelta(seconds=seconds)

    assert parse_duration(written(duration)) == duration
