"""Waits pause outside working hours."""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.hours import ALWAYS, HORIZON_DAYS, Hours, WorkingHours, after, has_come, worked

OFFICE = Hours(days=(1, 2, 3, 4, 5), start=time(9), end=time(18), zone="Europe/Berlin")
AUCKLAND = Hours(days=(1, 2, 3, 4, 5), start=time(9), end=time(17), zone="Pacific/Auckland")
NEVER = Hours(days=(), start=time(9), end=time(18), zone="UTC")


def utc(day: int, hour: int, minute: int = 0, month: int = 3) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("start", "minutes", "end"),
    [
        pytest.param(utc(2, 10), 15, utc(2, 10, 15), id="within the day"),
        pytest.param(utc(2, 16, 50), 15, utc(3, 8, 5), id="over the evening"),
        pytest.param(utc(6, 16, 50), 15, utc(9, 8, 5), id="over the weekend"),
        pytest.param(utc(7, 12), 15, utc(9, 8, 15), id="from a Saturday"),
        pytest.param(utc(2, 5), 60, utc(2, 9), id="before the day begins"),
        pytest.param(utc(2, 8), 9 * 60, utc(2, 17), id="a whole day"),
        pytest.param(utc(2, 17), 1, utc(3, 8, 1), id="at closing time"),
        pytest.param(utc(27, 16, 30), 60, utc(30, 7, 30), id="over the change to summer time"),
        pytest.param(utc(23, 15, 30, 10), 120, utc(26, 9, 30, 10), id="over the change to winter time"),
    ],
)
def test_working_time_passes_in_working_hours_only(start: datetime, minutes: int, end: datetime) -> None:
    assert after(start, timedelta(minutes=minutes), [OFFICE]) == end


def test_without_hours_time_passes_always() -> None:
    assert after(utc(7, 3), timedelta(hours=1), ALWAYS) == utc(7, 4)


@pytest.mark.parametrize("hours", [ALWAYS, [OFFICE], [NEVER]])
def test_no_wait_goes_beyond_the_horizon(hours: WorkingHours) -> None:
    start = utc(2, 10)
    assert after(start, timedelta.max, hours) == start + timedelta(days=HORIZON_DAYS)


@given(
    st.datetimes(datetime(2025, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - bounds must be naive
    st.integers(0, 5000),
    st.integers(0, 5000),
)
def test_two_waits_in_a_row_are_one_wait(start: datetime, first: int, second: int) -> None:
    one, two = timedelta(minutes=first), timedelta(minutes=second)
    together = after(start, one + two, [OFFICE])
    if second:
        assert after(after(start, one, [OFFICE]), two, [OFFICE]) == together
    assert together >= start + one + two


@pytest.mark.parametrize(
    ("at", "come"), [(None, False), (utc(2, 9), True), (utc(2, 10), True), (utc(2, 11), False)]
)
def test_a_moment_has_come_when_it_is_there(at: datetime | None, *, come: bool) -> None:
    assert has_come(at, utc(2, 10)) is come


def test_of_several_groups_any_that_works_lets_time_pass() -> None:
    """In March it is 13 hours later in Auckland than in UTC, which closes at 4:00 and opens at 20:00."""
    evening = utc(2, 16, 50)
    assert after(evening, timedelta(minutes=15), [OFFICE, AUCKLAND]) == utc(2, 20, 5)
    assert after(utc(2, 21), timedelta(hours=8), [OFFICE, AUCKLAND]) == utc(3, 9)
    assert after(utc(6, 16, 50), timedelta(minutes=15), [AUCKLAND, OFFICE]) == utc(8, 20, 5)


def test_hours_that_overlap_count_once() -> None:
    early = Hours(days=(1, 2, 3, 4, 5), start=time(8), end=time(12), zone="Europe/Berlin")
    assert worked(utc(2, 0), utc(3, 0), [OFFICE, early]) == timedelta(hours=10)


@pytest.mark.parametrize(
    ("day", "month", "hours"),
    [
        pytest.param(28, 3, 3, id="the night that is an hour short"),
        pytest.param(24, 10, 5, id="the night that is an hour long"),
        pytest.param(21, 3, 4, id="any other night"),
    ],
)
def test_a_night_shift_is_as_long_as_its_clock_says(day: int, month: int, hours: int) -> None:
    """Berlin's clocks change at 2:00 on the Sunday."""
    nights = Hours(days=(7,), start=time(1), end=time(5), zone="Europe/Berlin")
    assert worked(utc(day, 12, month=month), utc(day + 1, 12, month=month), [nights]) == timedelta(
        hours=hours
    )


def test_a_day_begins_at_the_same_wall_time_before_and_after_the_clocks_change() -> None:
    friday_evening = utc(27, 17)
    assert after(friday_evening, timedelta(minutes=1), [OFFICE]) == utc(30, 7, 1)
    assert after(utc(20, 17), timedelta(minutes=1), [OFFICE]) == utc(23, 8, 1)


@given(
    st.datetimes(datetime(2025, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - bounds must be naive
    st.integers(1, 5000),
    st.sampled_from([(OFFICE,), (OFFICE, AUCKLAND), (AUCKLAND,), ALWAYS]),
)
def test_after_a_wait_that_much_was_worked(start: datetime, minutes: int, hours: WorkingHours) -> None:
    wait = timedelta(minutes=minutes)
    assert worked(start, after(start, wait, hours), hours) == wait
