"""Masked arguments: no masked value is anywhere in what is written, whatever holds it."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.exporting.masking import MASKED, masked

SECRET = "4111111111111111"
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.just(SECRET) | st.integers(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=10,
)


@given(VALUES)
def test_whatever_a_mask_names_is_hidden_with_everything_in_it(value: Any) -> None:
    arguments = {"card": value, "order": "4892"}
    written = json.dumps(masked(arguments, ("arguments.card",)))
    assert SECRET not in written
    assert "4892" in written


def test_the_shape_around_it_stays() -> None:
    arguments = {"to": [{"name": "Jo", "iban": "DE89"}, {"name": "Al", "iban": "DE90"}], "n": 1}
    assert masked(arguments, ("arguments.to[].iban",)) == {
        "to": [{"name": "Jo", "iban": MASKED}, {"name": "Al", "iban": MASKED}],
        "n": 1,
    }
    assert masked(arguments, ()) == arguments
