"""Amounts of money: a decimal number and a currency, never one without the other when compared."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

#: more characters than any real amount has; keeps arithmetic on hostile input exact and cheap
MAX_LENGTH = 24

#: no exponents: `1e9999999` is a number to Decimal and an overflow to whoever compares it
_PLAIN = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """An amount in a currency (ISO 4217 code)."""

    amount: Decimal
    currency: str

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"


def parse_amount(value: object) -> Decimal | None:
    """The exact decimal that a text or whole number means, None for anything else."""
    if isinstance(value, str):
        text = value
    elif isinstance(value, Decimal) or _is_short_integer(value):
        text = str(value)
    else:
        return None
    return Decimal(text) if len(text) <= MAX_LENGTH and _PLAIN.fullmatch(text) else None


def _is_short_integer(value: object) -> bool:
    # str() of a longer one may raise
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**MAX_LENGTH
