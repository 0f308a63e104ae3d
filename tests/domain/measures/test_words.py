"""Numbers as people read them."""

from datetime import date

import pytest

from bot.domain.measures.period import Period
from bot.domain.measures.rate import Rate
from bot.domain.measures.words import counted, percent, spanned, took


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (None, "–"),
        (0.0, "0 s"),
        (59.4, "59 s"),
        (60.0, "1 min"),
        (95.0, "1 min 35 s"),
        (630.0, "10 min"),
        (3_599.9, "1 h"),
        (7_810.0, "2 h 10 min"),
        (90_000.0, "1 d 1 h"),
        (86_460.0, "1 d"),
        (30 * 86_400.0, "30 d"),
    ],
)
def test_a_duration_is_told_in_its_two_largest_units(seconds: float | None, words: str) -> None:
    assert took(seconds) == words


@pytest.mark.parametrize(
    ("hits", "of", "words"),
    [
        (0, 0, "–"),
        (0, 9, "0%"),
        (9, 9, "100%"),
        (61, 100, "61%"),
        (999, 1_000, "99.9%"),
        (99_999, 100_000, "99.9%"),
        (12, 1_000, "1.2%"),
        (1, 100_000, "0.1%"),
        (199, 2_000, "10%"),
    ],
)
def test_a_share_is_never_rounded_to_all_or_none(hits: int, of: int, words: str) -> None:
    assert percent(Rate(hits=hits, of=of)) == words


def test_one_is_not_many() -> None:
    assert (counted(1, "request"), counted(1_204, "request")) == ("1 request", "1,204 requests")


def test_a_period_is_told_as_far_as_it_has_come() -> None:
    today = date(2026, 11, 21)

    assert spanned(Period.last(4, today), today) == "26 Oct – 21 Nov 2026"
    assert spanned(Period.covering(date(2025, 12, 1), date(2026, 1, 8)), today) == "1 Dec 2025 – 11 Jan 2026"
