"""Ids sort by time and are known by their form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import ids


@given(st.floats(0, 2**33), st.floats(1, 1000))
def test_a_later_id_sorts_later(at: float, seconds: float) -> None:
    assert ids.new_id(ids.REQUEST, at=at) < ids.new_id(ids.REQUEST, at=at + seconds)


@given(st.floats(0, 2**33))
def test_every_id_has_its_form(at: float) -> None:
    assert ids.is_id(ids.new_id(ids.CARD, at=at), ids.CARD)


def test_ids_of_one_moment_differ() -> None:
    assert len({ids.new_id(ids.EFFECT, at=1.0) for _ in range(1000)}) == 1000


@pytest.mark.parametrize(
    "text",
    [
        "",
        "apr_",
        "apr",
        "crd_01k0000000000000000000000a",
        "apr_01K000000000000000000000AA",
        "apr_../../etc/passwd",
    ]
    + [f"apr_{'a' * length}" for length in (25, 27)]
    + [f"apr_{'a' * 25}{letter}" for letter in ("i", "l", "o", "u", "\n", "%", "'", "٣")],
)
def test_nothing_else_is_an_id(text: str) -> None:
    assert not ids.is_id(text, ids.REQUEST)
