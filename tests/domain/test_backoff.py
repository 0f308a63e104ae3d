"""Retry policies: how long, how often, until when."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.backoff import ANSWERS, CALLBACKS, CARDS, LINES, RetryPolicy, next_attempt
from tests.fakes.clock import START

_waits = st.floats(min_value=0, max_value=1)
_policies = st.sampled_from([CALLBACKS, CARDS, LINES, ANSWERS])


def _in(policy: RetryPolicy, tried: int, *, after: float | None = None, draw: float = 1.0) -> float:
    """Seconds until the next try of something made just now."""
    asked = None if after is None else timedelta(seconds=after)
    at = next_attempt(policy, tried=tried, after=asked, now=START, draw=draw, made_at=START)
    assert at is not None
    return (at - START).total_seconds()


def test_callbacks_wait_longer_each_time_up_to_ten_hours() -> None:
    assert [_in(CALLBACKS, tried) for tried in range(1, 11)] == [
        5, 30, 120, 600, 1800, 7200, 18_000, 36_000, 36_000, 36_000,
    ]  # fmt: skip


def test_cards_are_tried_for_ever_every_five_minutes_at_the_most() -> None:
    assert _in(CARDS, 1) == 1
    assert _in(CARDS, 100_000) == 300


def test_the_wait_is_drawn_from_the_whole_range() -> None:
    assert _in(CALLBACKS, 4, draw=0.5) == 300
    assert _in(CALLBACKS, 4, draw=0.01) == 6


@given(_policies, st.integers(min_value=1, max_value=29), _waits)
def test_no_wait_is_nothing_and_none_exceeds_its_entry(policy: RetryPolicy, tried: int, draw: float) -> None:
    longest = policy.waits[min(tried, len(policy.waits)) - 1]
    assert policy.shortest.total_seconds() <= _in(policy, tried, draw=draw) <= longest.total_seconds()


def test_a_chat_platform_is_taken_at_its_word() -> None:
    assert _in(CARDS, 5, after=1) == 1


def test_a_receivers_retry_after_only_ever_lengthens_the_wait() -> None:
    assert _in(CALLBACKS, 1, after=60) == 60
    assert _in(CALLBACKS, 4, after=1) == 600


def test_a_retry_after_of_a_year_is_an_hour() -> None:
    assert _in(CARDS, 1, after=31_536_000) == 3600
    assert _in(CALLBACKS, 1, after=31_536_000) == 3600


@given(st.lists(_waits, min_size=60, max_size=60))
def test_a_callback_is_tried_for_three_days_whatever_is_drawn(draws: list[float]) -> None:
    """Its last try comes when it is exactly three days old."""
    tries = [START]
    for draw in draws * 50:
        at = next_attempt(CALLBACKS, tried=len(tries), after=None, now=tries[-1], draw=draw, made_at=START)
        if at is None:
            break
        tries.append(at)
    else:
        # Only draws near nothing are still trying after so many.
        return
    assert tries[-1] == START + timedelta(days=3)


def test_a_callback_replayed_after_its_days_has_its_table_once_more() -> None:
    now = START + timedelta(days=30)
    again = [
        next_attempt(CALLBACKS, tried=tried, after=None, now=now, draw=1.0, made_at=START)
        for tried in range(1, 9)
    ]
    assert all(again[:7])
    assert again[7] is None


def test_lines_and_answers_end() -> None:
    def last(policy: RetryPolicy) -> int:
        tried = 1
        while next_attempt(policy, tried=tried, after=None, now=START, draw=0.5) is not None:
            tried += 1
        return tried

    assert last(LINES) == 300
    assert last(ANSWERS) == 30
