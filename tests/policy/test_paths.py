"""Paths into arguments follow keys and indices, and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.policy.paths import MISSING, look_up, parse_path, parse_steps, wire_path
from bot.policy.problems import UnfitError


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("arguments.amount", ("amount",)),
        ("arguments.items[0].price", ("items", 0, "price")),
        ("arguments.items.0.price", ("items", 0, "price")),
        ("arguments._id", ("_id",)),
        ("arguments.tax-rate", ("tax-rate",)),
    ],
)
def test_paths_are_read(text: str, path: tuple[str | int, ...]) -> None:
    assert parse_path(text) == path


@pytest.mark.parametrize(
    "text",
    ["", "amount", "arguments", "arguments.", "arguments..a", "arguments.__class__", "arguments.a[", "a.b",
     "arguments.a[x]", "arguments.a[-1]", "arguments.a b", "arguments.a\n", ".arguments", "arguments.0x"],
)  # fmt: skip
def test_what_is_no_path_is_refused(text: str) -> None:
    with pytest.raises(UnfitError, match="is not a path into the arguments"):
        parse_path(text)


def test_values_are_found_by_key_and_index() -> None:
    arguments = {"items": [{"price": "1.00"}], "0": "zero", "none": None}

    assert look_up(arguments, ("items", 0, "price")) == "1.00"
    assert look_up(arguments, (0,)) == "zero"
    assert look_up(arguments, ("none",)) is None


@pytest.mark.parametrize(
    "path", [("items", 1), ("items", "price"), ("text", 0), ("text", "upper"), ("keys",)]
)
def test_attributes_characters_and_what_is_not_there_are_missing(path: tuple[str | int, ...]) -> None:
    assert look_up({"items": [{}], "text": "abc"}, path) is MISSING


@given(st.text(max_size=30))
def test_no_text_makes_the_reader_stumble_and_no_step_is_magic(text: str) -> None:
    for step in parse_steps(text) or ():
        assert not str(step).startswith("__")


@given(st.lists(st.from_regex(r"[a-z][a-z0-9_-]{0,5}", fullmatch=True) | st.integers(0, 999), min_size=1))
def test_a_path_is_told_as_the_body_has_it(parts: list[str | int]) -> None:
    path = ("first", *parts)

    assert parse_path(wire_path(path).removeprefix("action.")) == path
