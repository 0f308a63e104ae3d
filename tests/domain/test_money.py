"""Amounts are exact decimals in plain notation, or nothing."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.money import parse_amount


@pytest.mark.parametrize(
    ("value", "amount"),
    [
        ("240.00", Decimal("240.00")),
        ("-3", Decimal(-3)),
        ("+.5", Decimal("0.5")),
        ("7.", Decimal(7)),
        (12, Decimal(12)),
        (Decimal("1.50"), Decimal("1.50")),
    ],
)
def test_plain_numbers_are_amounts(value: object, amount: Decimal) -> None:
    assert parse_amount(value) == amount


@pytest.mark.parametrize(
    "value",
    [
        "",
        " 1",
        "1 ",
        "1\n",
        "1,000",
        "1_000",
        "1e3",
        "1e9999999",
        "NaN",
        "Infinity",
        "-Infinity",
        "0x10",
        "٣",
        "²",
        "1.2.3",
        "--1",
        "9" * 25,
        pytest.param(10**5000, id="five thousand digits"),
        -(10**24),
        Decimal("1E+30"),
        Decimal("NaN"),
        1.5,
        True,
        None,
        [1],
        {"amount": 1},
    ],
)
def test_anything_else_is_no_amount(value: object) -> None:
    assert parse_amount(value) is None


@given(st.one_of(st.text(), st.integers(), st.decimals(), st.floats(), st.none()))
def test_no_value_breaks_it_and_every_amount_compares(value: object) -> None:
    amount = parse_amount(value)
    assert amount is None or abs(amount) >= 0
