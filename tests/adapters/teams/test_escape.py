"""Text on its way into Teams."""

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.teams.blocks import run
from adapters.teams.escape import cost, cut, is_tame, moment, pieces, plain_text, runs_of
from bot.chat.words import quoted

texts = st.text(st.characters(codec="utf-8") | st.sampled_from("{<:/w.$a"), max_size=200)


@pytest.mark.parametrize(
    ("words", "runs"),
    [
        ("{{DATE(x)}}", ["{", "{DATE(x)}}"]),
        ("${secret}", ["$", "{secret}"]),
        ("<at>Ann</at>", ["<", "at>Ann<", "/at>"]),
        ("https://evil.example", ["https:/", "/evil.example"]),
        ("www.evil.example", ["www", ".evil.example"]),
        ("a < b: {c}", ["a < b: {c}"]),
    ],
)
def test_what_a_client_could_read_into_words_is_torn_apart(words: str, runs: list[str]) -> None:
    assert runs_of(words) == runs


@given(texts)
def test_nothing_is_lost_between_runs(text: str) -> None:
    assert "".join(runs_of(text)) == text


@given(texts)
def test_the_cost_is_at_least_what_the_text_takes_up(text: str) -> None:
    looks = {"size": "Medium", "weight": "Bolder", "color": "Attention", "isSubtle": True}
    assert len(json.dumps(run(text, **looks))) <= cost(text) + len(json.dumps(run("", **looks)))


@given(texts, st.integers(3, 60))
def test_what_is_cut_fits_and_says_so(text: str, limit: int) -> None:
    shown = cut(text, limit)
    assert len(shown) <= limit
    assert cost(shown) <= limit * 6
    assert shown == text or shown.endswith("…")


@given(texts, st.integers(150, 400))
def test_pieces_hold_the_whole_text(text: str, limit: int) -> None:
    found = pieces(text, limit)
    assert "".join(found) == text
    assert all(cost(piece) <= limit for piece in found)


@pytest.mark.parametrize(
    "words",
    [
        "<at>Ann</at>",
        "[bank](https://evil.example)",
        "*bold*",
        "so _very_ much",
        "~no~",
        "`code`",
        "> quote",
        "# heading",
        "- item",
        " 1. item",
        "{{DATE(2026-03-02T10:00:00Z,SHORT)}}",
        "https://evil.example",
        "www.evil.example",
        "a & b",
        "a \\ b",
        "two\nlines",
    ],
)
def test_what_markdown_gives_meaning_to_is_not_tame(words: str) -> None:
    assert not is_tame(words)


@pytest.mark.parametrize(
    "words",
    ["240.00 EUR", "refund.issue", "Approved by Ann: against policy · ", "Moves on to #leads, @finance"],
)
def test_plain_words_are_tame(words: str) -> None:
    assert is_tame(words)


def test_every_line_of_a_quotation_is_marked() -> None:
    assert quoted("yes\n✅ APPROVED by CFO") == ["│ yes", "│ ✅ APPROVED by CFO"]


def test_plain_text_is_one_line_without_tags() -> None:
    assert plain_text("<at>all</at>\nhello", 40) == "‹at›all‹/at› ⏎ hello"


def test_a_moment_is_shown_in_the_viewers_time() -> None:
    at = datetime(2026, 3, 2, 11, 15, 30, 999, tzinfo=timezone(timedelta(hours=1)))
    assert moment(at) == "{{DATE(2026-03-02T10:15:30Z,SHORT)}} {{TIME(2026-03-02T10:15:30Z)}}"
    assert moment(at) == moment(at.astimezone(UTC))
