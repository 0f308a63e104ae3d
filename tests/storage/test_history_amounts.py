"""Amounts as whole numbers: nothing lost, never counted short."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.money import parse_amount
from storage.history_amounts import MOST, from_units, to_units


@given(st.decimals(min_value=0, max_value=10**12, places=4))
def test_what_currencies_have_comes_back_exactly(amount: Decimal) -> None:
    assert from_units(to_units(amount)) == amount


@given(st.text("0123456789.", min_size=1, max_size=24))
def test_no_amount_is_counted_short(text: str) -> None:
    amount = parse_amount(text)
    if amount is not None:
        counted = to_units(amount)
        assert counted == MOST or 0 <= from_units(counted) - amount < Decimal("0.0001")


@pytest.mark.parametrize(
    ("amount", "units"),
    [("-0.01", 100), ("0.00001", 1), ("9" * 24, MOST), ("-0", 0), ("12.50", 125_000), ("1", 10_000)],
)
def test_amounts_in_units(amount: str, units: int) -> None:
    assert to_units(Decimal(amount)) == units


@pytest.mark.parametrize(("units", "text"), [(0, "0"), (10_000, "1"), (1_000_000, "100"), (1, "0.0001")])
def test_amounts_read_without_zeros_that_say_nothing(units: int, text: str) -> None:
    assert str(from_units(units)) == text
