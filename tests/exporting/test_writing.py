"""Lines that others read: JSON that parses, CSV that parses and that no spreadsheet runs."""

import csv
import io
import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.exporting.writing import JsonLines, SafeCsv, cell

TEXTS = st.text(max_size=40)
#: with halves of surrogate pairs
ANY_TEXTS = st.text(st.characters(exclude_categories=()), max_size=40)


def values(texts: st.SearchStrategy[str]) -> st.SearchStrategy[Any]:
    simple = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | texts
    return st.recursive(simple, lambda inner: st.lists(inner) | st.dictionaries(texts, inner), max_leaves=8)


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        " =1",
        "＝1",
        '=HYPERLINK("http://x")',
        "-",
        "- a",
    ],
)
def test_a_text_that_would_be_a_formula_is_marked_as_text(text: str) -> None:
    assert cell(text) == f"'{text}"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (-5, "-5"),
        (Decimal("-240.00"), "-240.00"),
        (1.5, "1.5"),
        (True, "true"),
        (None, ""),
        ("a=b", "a=b"),
        (datetime(2026, 3, 2, tzinfo=UTC), "2026-03-02T00:00:00+00:00"),
        ({"a": ["=1"]}, '{"a": ["=1"]}'),
    ],
)
def test_everything_else_stays_what_it_is(value: Any, shown: str) -> None:
    assert cell(value) == shown


@given(st.lists(values(ANY_TEXTS), min_size=3, max_size=3))
def test_whatever_is_written_no_cell_is_a_formula_and_the_row_comes_back(given_values: list[Any]) -> None:
    names = ("a", "b", "c")
    line = SafeCsv(names).line(dict(zip(names, given_values, strict=True)))
    assert line.endswith("\r\n")
    [cells] = list(csv.reader(io.StringIO(line, newline=""), strict=True))
    assert len(cells) == 3
    for read, value in zip(cells, given_values, strict=True):
        assert read == cell(value).encode(errors="replace").decode()
        if not isinstance(value, int | float):
            assert not read.lstrip().startswith(("=", "+", "-", "@"))
            assert not read.startswith(("\t", "\r", "\n"))


@given(st.dictionaries(TEXTS, values(TEXTS)))
def test_whatever_is_written_as_json_is_one_line_that_parses_to_the_same(row: dict[str, Any]) -> None:
    line = JsonLines().line(row)
    assert line.count("\n") == 1
    assert json.loads(line) == row


def test_half_a_surrogate_pair_becomes_a_question_mark() -> None:
    assert JsonLines().line({"a": "x\ud800"}) == '{"a": "x?"}\n'
    assert SafeCsv(("a",)).line({"a": "x\ud800"}) == '"x?"\r\n'
