"""Amounts as whole numbers that databases add without loss: ten-thousandths, finer than any currency.

ISO 4217 knows no minor unit below that. What an agent states finer is rounded away from zero, so that no
budget is ever counted short.
"""

from __future__ import annotations

from decimal import ROUND_UP, Decimal

#: units in one of the currency
SCALE = 10_000
_DIGITS = 4
#: a row never holds more than a trillion of a currency, so that no sum of rows overflows 64 bits
MOST = 10**12 * SCALE


def to_units(amount: Decimal) -> int:
    """What an amount uses up, whichever way the money goes; `MOST` for anything beyond."""
    return min(int(abs(amount).scaleb(_DIGITS).to_integral_value(rounding=ROUND_UP)), MOST)


def from_units(units: int) -> Decimal:
    """The amount, without zeros that say nothing."""
    whole, rest = divmod(units, SCALE)
    return Decimal(f"{whole}.{rest:04d}".rstrip("0").rstrip("."))
