"""A value on the command line that does not fit is answered with what to write."""

import re

import pytest

from tests.commands.conftest import Placet


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("demo", "--port", "abc"), '"abc" is not a whole number; write one in digits.'),
        (("demo", "--port", "0"), '"0" is too small; 1 is the least.'),
        (("stats", "--weeks", "9999"), '"9999" is too large; 520 is the most.'),
        (("export", "nope"), '"nope" is not known; write decisions, sft or preferences.'),
        (("export", "sft", "--since", "soon"), '"soon" is not a day; write it as 2026-03-02.'),
        (("callbacks", "list", "--limit", "x"), '"x" is not a whole number; write one in digits.'),
    ],
)
def test_a_value_that_does_not_fit(placet: Placet, arguments: tuple[str, ...], says: str) -> None:
    told = placet(*arguments)
    words = re.sub(r"[\s│]+", " ", told.err)
    assert told.code == 2
    assert says in words
    assert "Value error" not in words
    assert "Input should" not in words
