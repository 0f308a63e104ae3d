"""Differences: whatever changes is told, in words that can be told apart."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.canonical import digest
from bot.domain.differences import Difference, differences
from bot.domain.word_diff import RunKind, condensed, marked, word_diff
from tests.domain.schemas_of import Drawn, objects
from tests.domain.test_arguments import arguments

texts = st.text(alphabet="ab \n\u202e\u00a0é", max_size=30)


def the_only(before: dict[str, Any], after: dict[str, Any], *mask: str) -> Difference:
    """The one argument that differs."""
    [found] = differences(before, after, mask)
    return found


def test_changes_are_told_by_path_with_both_values() -> None:
    before = {"order": "4892", "amount": "240.00", "card": "4242424242424242", "note": "x"}
    after = {"order": "4892", "amount": "200.00", "card": "4000000000001111", "lines": [1]}
    told = [(each.path, each.before, each.after) for each in differences(before, after, ("arguments.card",))]
    assert told == [
        ("amount", "240.00", "200.00"),
        ("card", "text, 16 characters, ends in 4242", "text, 16 characters, ends in 1111"),
        ("note", "x", None),
        ("lines[0]", None, "1"),
    ]


@pytest.mark.parametrize(
    ("before", "after"), [(1, True), ("1", 1), (0, False), ("", None), (1, 1.0), ("a b", "a\u00a0b")]
)
def test_a_change_that_reads_alike_is_told_apart(before: object, after: object) -> None:
    told = the_only({"a": before}, {"a": after})
    assert told.before != told.after


def test_a_masked_change_tells_no_more_than_the_mask_allows() -> None:
    told = the_only({"pin": "1234"}, {"pin": "1278"}, "pin")
    assert told.masked
    assert told.sentence == "text, 4 characters, ends in 4 → text, 4 characters, ends in 8"
    same = the_only({"pin": "111"}, {"pin": "222"}, "pin")
    assert same.sentence == "text, 3 characters → text, 3 characters (another one)"
    assert not the_only({"pin": "a\nb"}, {"pin": "b\nc"}, "pin").words


@given(objects(), objects())
def test_nothing_that_changes_what_runs_is_untold(one: Drawn, other: Drawn) -> None:
    before, after = one[1], other[1]
    told = differences(before, after)
    if digest("x", before) != digest("x", after):
        assert told
    assert all(each.before != each.after for each in told)


@given(arguments)
def test_what_did_not_change_is_not_told(given_arguments: dict[str, Any]) -> None:
    assert not differences(given_arguments, given_arguments)


def test_a_redrafted_message_is_told_word_by_word() -> None:
    before = "Dear Jo,\nyour parcel is lost.\nWe refund 240 EUR."
    after = "Dear Jo,\nyour parcel was lost, sorry.\nWe refund 240 EUR."
    told = the_only({"body": before}, {"body": after})
    assert marked(told.words) == (
        "Dear Jo,\nyour parcel [−is−][+was+] [−lost.−][+lost, sorry.+]\nWe refund 240 EUR."
    )


@given(texts, texts)
def test_both_texts_can_be_read_from_the_words(before: str, after: str) -> None:
    runs = word_diff(before, after)
    assert (before == after) == all(run.kind is RunKind.KEPT for run in runs)
    kept_or = {
        kind: [r for r in runs if r.kind in (RunKind.KEPT, kind)] for kind in (RunKind.GONE, RunKind.NEW)
    }
    for kind, text in ((RunKind.GONE, before), (RunKind.NEW, after)):
        if text.isascii() and "\n\n\n" not in text:
            assert "".join(run.text for run in kept_or[kind]) == text


def test_what_stayed_is_shortened_around_a_change() -> None:
    text = " ".join(f"word{n}" for n in range(100))
    runs = condensed(word_diff(text, text.replace("word50", "another")))
    assert [run.kind for run in runs] == [RunKind.KEPT, RunKind.GONE, RunKind.NEW, RunKind.KEPT]
    assert runs[0].text.startswith(" … ")
    assert runs[3].text.endswith(" … ")
    assert "word49 " in runs[0].text
    assert " word51" in runs[3].text
    assert len(marked(runs)) < 300


def test_characters_that_cannot_be_seen_are_named_where_they_change() -> None:
    assert marked(word_diff("pay Jo", "pay \u202eJo")) == "pay [−Jo−][+⟨U+202E⟩Jo+]"
    assert marked(word_diff("a b", "a\u00a0b")) == "a[− −][+⟨U+00A0⟩+]b"


def test_two_long_texts_without_a_common_word_are_compared_in_no_time() -> None:
    before = " ".join(f"a{n % 977}" for n in range(15_000))
    after = " ".join(f"a{n % 971}" for n in range(15_000))
    runs = word_diff(f"x {before} y", f"x {after} y")
    assert (runs[0].kind, runs[-1].kind) == (RunKind.KEPT, RunKind.KEPT)
