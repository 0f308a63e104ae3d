"""Amounts of money: a decimal number and a currency, never one without the other when compared."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

#: more digits than any real amount has; keeps arithmetic on hostile input cheap
MAX_DIGITS = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """An amount in a currency (ISO 4217 code)."""

    amount: Decimal
    currency: str

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"


def parse_amount(value: object) -> Decimal | None:
    """The exact decimal that a text or whole number means, None for anything else."""
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        return None
    text = str(value)
    if not text.isascii() or len(text) > MAX_DIGITS or "_" in text or text != text.strip():
        return None
    try:
        amount = Decimal(text)
    except InvalidOperation:
        return None
    return amount if amount.is_finite() else None
