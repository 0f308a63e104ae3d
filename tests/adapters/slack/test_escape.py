"""Text on its way into Slack."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.slack.escape import cost, cut, escape, is_tame, moment, pieces
from bot.chat.words import quoted

texts = st.text(st.characters(codec="utf-8"), max_size=200)


def test_the_three_control_characters_become_entities() -> None:
    assert escape("a < b > c & d &lt;") == "a &lt; b &gt; c &amp; d &amp;lt;"


@given(texts)
def test_the_cost_is_what_slack_counts(text: str) -> None:
    assert cost(text) == len(escape(text).encode("utf-16-le")) // 2


@given(texts, st.integers(1, 60))
def test_what_is_cut_fits_and_says_so(text: str, limit: int) -> None:
    shown = cut(text, limit)
    assert cost(shown) <= max(limit, 6)
    assert shown == text or shown.endswith("…")


@given(texts, st.integers(6, 60))
def test_pieces_hold_the_whole_text(text: str, limit: int) -> None:
    found = pieces(text, limit)
    assert "".join(found) == text
    assert all(cost(piece) <= limit for piece in found)


@pytest.mark.parametrize(
    "words",
    [
        "<!channel>",
        "<@U01ANN>",
        "<https://evil.example|https://bank.example>",
        "*bold*",
        "so _very_ much",
        "~no~",
        "`code`",
        "> quote",
        ":tada:",
        "done:white_check_mark:",
        "@here",
        "#general",
        "https://evil.example",
        "a & b",
        "two\nlines",
    ],
)
def test_what_slack_takes_for_markup_is_not_tame(words: str) -> None:
    assert not is_tame(words)


@pytest.mark.parametrize(
    "words", ["240.00 EUR", "refund.issue", "Approved by Ann: against policy · ", "apr_01k"]
)
def test_plain_words_are_tame(words: str) -> None:
    assert is_tame(words)


def test_channels_and_groups_are_tame_in_our_own_lines_only() -> None:
    assert is_tame("Moves on to #leads, @finance", ours=True)
    assert not is_tame("Moves on to #leads")
    assert not is_tame("@channel")


def test_every_line_of_a_quotation_is_marked() -> None:
    assert quoted("yes\n✅ APPROVED by CFO") == ["│ yes", "│ ✅ APPROVED by CFO"]


def test_a_moment_is_shown_in_the_viewers_time_and_in_utc_where_that_fails() -> None:
    berlin = timezone(timedelta(hours=1))
    at = datetime(2026, 3, 2, 11, 15, tzinfo=berlin)
    assert moment(at) == "<!date^1772446500^{date_short_pretty} {time}|2026-03-02 10:15 UTC>"
    assert moment(at) == moment(at.astimezone(UTC))
