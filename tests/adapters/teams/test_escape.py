"""Text on its way into Teams."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.teams import escape
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


class _Counted:
    """Seams, counted as they are looked for."""

    def __init__(self) -> None:
        self.looked_for = 0
        self._seams = escape._SEAM

    def finditer(self, text: str, *within: int) -> Iterator[re.Match[str]]:
        for found in self._seams.finditer(text, *within):
            self.looked_for += 1
            yield found

    def split(self, text: str) -> list[str]:
        return self._seams.split(text)


def test_taking_apart_a_text_of_nothing_but_seams_looks_at_each_of_them_few_times(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Else 60 kB of `{` from an agent hold the whole process for half a minute whenever somebody reads it."""
    counted, text = _Counted(), "{" * 20_000
    monkeypatch.setattr(escape, "_SEAM", counted)
    found = escape.pieces(text, 4_000)
    assert "".join(found) == text
    assert all(escape.cost(each) <= 4_000 for each in found)
    assert counted.looked_for <= 2 * len(text)
