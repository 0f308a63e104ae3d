"""Every argument is a line on the card; none is left out, and none shows more than the policy allows."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.arguments import flattened, leaves
from bot.domain.card import ArgumentLine

short = st.text(max_size=8)
scalars = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False) | short
trees = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(short, inner, max_size=4),
    max_leaves=10,
)
arguments = st.dictionaries(short, trees, max_size=4)


def lines(given_arguments: dict[str, Any], *mask: str) -> dict[str, str]:
    return {line.path: line.value for line in flattened(given_arguments, mask)}


def test_nested_arguments_are_told_by_their_paths() -> None:
    given_arguments = {"order": "4892", "lines": [{"sku": "A-1", "count": 2}, {"sku": "B-2", "gift": True}]}
    assert lines(given_arguments) == {
        "order": "4892",
        "lines[0].sku": "A-1",
        "lines[0].count": "2",
        "lines[1].sku": "B-2",
        "lines[1].gift": "true",
    }


def test_what_is_empty_has_a_line_too() -> None:
    assert lines({"a": {}, "b": [], "c": "", "d": None, "e": [[], {}]}) == {
        "a": "{}",
        "b": "[]",
        "c": '""',
        "d": "null",
        "e[0]": "[]",
        "e[1]": "{}",
    }


@pytest.mark.parametrize("text", ["true", "null", "[]", "{}", " 5", "5 ", '"5"', "⟨2 spaces⟩"])
def test_text_that_reads_like_something_else_is_quoted(text: str) -> None:
    shown = lines({"a": text})["a"]
    assert shown[0] == shown[-1] == '"'


def test_odd_keys_are_quoted_so_that_no_two_paths_read_alike() -> None:
    twins = {"a.b": 1, "a": {"b": 2}, 'a"]["b': 3, "a[0]": 4, "": 5, "a\u202eb": 6}
    assert lines(twins) == {
        '["a.b"]': "1",
        "a.b": "2",
        '["a\\"][\\"b"]': "3",
        '["a[0]"]': "4",
        '[""]': "5",
        '["a⟨U+202E⟩b"]': "6",
    }


def test_a_long_value_is_whole() -> None:
    assert lines({"body": "word " * 5000 + "end"})["body"].endswith("word end")


def test_masked_values_show_type_length_and_last_four() -> None:
    line = flattened({"card_number": "4242424242424242"}, ("arguments.card_number",))
    assert line == (ArgumentLine(path="card_number", value="text, 16 characters, ends in 4242", masked=True),)


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("1234", "text, 4 characters, ends in 4"),
        ("123", "text, 3 characters"),
        ("x", "text, 1 character"),
        ("", "text, 0 characters"),
        (1234567890123456, "number, 16 characters, ends in 3456"),
        (True, "yes or no"),
        (None, "nothing"),
        ([], "value, 2 characters"),
    ],
)
def test_short_masked_values_are_not_given_away(value: object, told: str) -> None:
    assert lines({"secret": value}, "arguments.secret") == {"secret": told}


def test_a_mask_covers_everything_below_it() -> None:
    hidden = flattened(
        {"card": {"number": "4242424242424242", "cvc": "123"}, "cards": 1}, ("arguments.card",)
    )
    assert [(line.path, line.masked) for line in hidden] == [
        ("card.number", True),
        ("card.cvc", True),
        ("cards", False),
    ]


@pytest.mark.parametrize("mask", ["arguments.cards.number", "arguments.cards[].number", "cards[*].number"])
def test_a_mask_covers_every_position_of_a_list(mask: str) -> None:
    cards = {"cards": [{"number": "1111222233334444"}, {"number": "5555666677778888"}]}
    assert all(line.masked for line in flattened(cards, (mask,)))


@pytest.mark.parametrize(
    "arguments_given",
    [{"card.number": "4242424242424242"}, {"Card": {"NUMBER": "4242424242424242"}}],
)
def test_a_mask_is_not_escaped_by_spelling_the_path_otherwise(arguments_given: dict[str, Any]) -> None:
    assert flattened(arguments_given, ("arguments.card.number",))[0].masked


def test_an_argument_that_is_called_arguments_has_masks_of_its_own() -> None:
    given_arguments = {"arguments": {"card": "4242424242424242"}, "card": "x"}
    assert [line.masked for line in flattened(given_arguments, ("arguments.arguments.card",))] == [
        True,
        False,
    ]


def count(value: Any) -> int:
    if isinstance(value, dict) and value:
        return sum(count(inner) for inner in value.values())
    if isinstance(value, list) and value:
        return sum(count(inner) for inner in value)
    return 1


@given(arguments)
def test_every_argument_is_present(given_arguments: dict[str, Any]) -> None:
    shown = flattened(given_arguments)
    assert len(shown) == sum(count(value) for value in given_arguments.values())
    assert len({line.path for line in shown}) == len(shown)
    assert all(line.path and line.value for line in shown)


@given(st.text(min_size=12), st.text(min_size=12))
def test_a_masked_value_never_shows_its_beginning(secret: str, public: str) -> None:
    (line, _) = flattened({"secret": f"begin{secret}", "public": public}, ("arguments.secret",))
    assert "begin" not in line.value


def test_depth_costs_no_recursion() -> None:
    deep: Any = "bottom"
    for _ in range(20_000):
        deep = [deep]
    assert [value for _, value in leaves({"a": deep})] == ["bottom"]
