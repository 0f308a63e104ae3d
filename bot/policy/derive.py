"""Amount, currency and summary, derived from what would run; claims are only compared with them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from bot.domain.errors import Invalid
from bot.domain.money import parse_amount
from bot.domain.packet import Impact, ReviewPacket
from bot.policy.paths import MISSING, Path, look_up, wire_path
from bot.policy.templates import Template

_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)
_NO_VALUES: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the arguments say by themselves."""

    amount: Decimal | None = None
    currency: str | None = None
    summary: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Derivation:
    """How the policy derives the facts of one action."""

    amount: Path | None = None
    #: a path, or the code itself where the action knows one currency only
    currency: Path | str | None = None
    summary: Template | None = None

    def facts(self, packet: ReviewPacket) -> Facts:
        """The facts of a packet; raises Invalid naming what is missing, unreadable or contradicted."""
        arguments = packet.action.arguments
        amount = self._amount(arguments)
        currency = self._currency(arguments)
        _contradicted(packet.impact, amount, currency)
        return Facts(amount=amount, currency=currency, summary=self._summary(packet, amount, currency))

    def restated(self, impact: Impact, arguments: Mapping[str, Any]) -> Impact:
        """The agent's claims of amount and currency as these arguments have them, where they say."""
        amount = impact.amount and self._amount(arguments)
        currency = impact.currency and self._currency(arguments)
        return replace(
            impact,
            amount=str(amount) if amount is not None and self.amount is not None else impact.amount,
            currency=currency or impact.currency,
        )

    def _amount(self, arguments: Mapping[str, Any]) -> Decimal | None:
        if self.amount is None:
            return None
        value = look_up(arguments, self.amount)
        amount = parse_amount(value)
        if amount is None:
            raise _unreadable(self.amount, value, 'send the amount as a text such as "240.00"')
        return amount

    def _currency(self, arguments: Mapping[str, Any]) -> str | None:
        if self.currency is None or isinstance(self.currency, str):
            return self.currency
        value = look_up(arguments, self.currency)
        code = value.upper() if isinstance(value, str) else ""
        if not _CURRENCY.fullmatch(code):
            raise _unreadable(self.currency, value, "send an ISO 4217 code such as EUR")
        return code

    def _summary(self, packet: ReviewPacket, amount: Decimal | None, currency: str | None) -> str:
        if self.summary is not None:
            known = {"amount": str(amount), "currency": currency or ""} if amount is not None else _NO_VALUES
            return self.summary.fill(packet.action.arguments, known)
        claimed = packet.action.summary
        if not claimed or not claimed.strip():
            raise Invalid(
                "action.summary is missing; say in one line what will happen.", field="action.summary"
            )
        return claimed


#: for actions of which the policy does not say how
NOTHING_DERIVED = Derivation()


def _contradicted(impact: Impact, amount: Decimal | None, currency: str | None) -> None:
    if amount is not None and impact.amount is not None and parse_amount(impact.amount) != amount:
        raise Invalid(
            f"impact.amount says {impact.amount[:40]}, but the arguments say {amount}; send the same amount"
            " in both or leave impact.amount out.",
            field="impact.amount",
        )
    if currency is not None and impact.currency is not None and impact.currency.upper() != currency:
        raise Invalid(
            f"impact.currency says {impact.currency[:40]}, but the action is in {currency}; send the same"
            " currency in both or leave impact.currency out.",
            field="impact.currency",
        )


#: what Python calls otherwise than the agent that sent it
_JSON_WORDS = {"None": "null", "True": "true", "False": "false"}


def _unreadable(path: Path, value: object, remedy: str) -> Invalid:
    place = wire_path(path)
    what = "is missing" if value is MISSING else f"is {_short(value)}"
    return Invalid(f"{place} {what}; {remedy}.", field=place)


def _short(value: object) -> str:
    text = f'"{value}"' if isinstance(value, str) else _JSON_WORDS.get(repr(value), str(value))
    return text if len(text) <= 40 else f"{text[:40]}…"
