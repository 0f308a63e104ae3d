"""Periods are whole weeks."""

from datetime import UTC, date, datetime

import pytest

from bot.domain.measures.period import Period


def test_a_period_covers_the_whole_weeks_of_its_days() -> None:
    period = Period.covering(date(2026, 3, 4), date(2026, 3, 9))
    assert list(period) == [date(2026, 3, 2), date(2026, 3, 9)]
    assert period.begins_at == datetime(2026, 3, 2, tzinfo=UTC)
    assert period.ends_at == datetime(2026, 3, 16, tzinfo=UTC)


def test_the_last_weeks_end_with_that_of_today() -> None:
    period = Period.last(4, date(2026, 3, 4))
    assert (period.from_, period.until, period.weeks) == (date(2026, 2, 9), date(2026, 3, 9), 4)


def test_a_period_that_begins_within_a_week_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="Monday"):
        Period(from_=date(2026, 3, 3), until=date(2026, 3, 9))
