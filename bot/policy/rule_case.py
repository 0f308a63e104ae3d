"""One packet while rules are asked about it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from bot.domain.arguments import hidden, is_masked
from bot.domain.money import parse_amount
from bot.domain.packet import ReviewPacket
from bot.domain.rules import Known, UnmetError
from bot.domain.text import one_line
from bot.policy.bodies import body_of
from bot.policy.derive import Facts
from bot.policy.presence import Path
from bot.policy.reading import HISTORY, Parts, picked
from bot.policy.rule_conditions import RuleCondition

if TYPE_CHECKING:
    from cel.cel import Context

#: characters of a value that a ruling records
_LONGEST = 100
_AMOUNT: Path = ("impact", "amount")
_ARGUMENTS: Path = ("action", "arguments")
_ABSENT: Any = object()
_PLAIN = (str, int, float, bool)
_WORDS = {True: "true", False: "false", None: "null"}


class RuleCase:
    """What conditions see of a packet: only what they read, and taken over into CEL once."""

    __slots__ = ("_agent", "_body", "_context", "_facts", "_inexact", "_known", "_mask", "_packet", "_parts")

    def __init__(
        self, agent: str, packet: ReviewPacket, facts: Facts, *, mask: tuple[str, ...], parts: Parts
    ) -> None:
        """`mask` as `arguments.masks` gives it; `parts` are what the rules for the action read of it."""
        self._agent, self._packet, self._facts = agent, packet, facts
        self._mask, self._parts = mask, parts
        self._body: dict[str, Any] = {}
        self._inexact: frozenset[Path] = frozenset()
        self._context: Context | None = None
        #: the history that was taken over too
        self._known: Known = None

    def holds(self, when: RuleCondition, known: Known) -> bool:
        """Whether a condition holds; raises UnmetError when that cannot be told."""
        context = self._seen(known)
        for path in self._inexact.intersection(when.reading.paths):
            raise UnmetError(f"{when.reading.paths[path]} has too many digits to be compared exactly")
        return when.condition.holds_in(context)

    def lets_run(self, when: RuleCondition, known: Known) -> bool:
        """As `holds`, for a rule that would let something run: money that goes the other way is no small sum.

        An amount below zero is less than any limit, so the condition has to say that it means those too.
        """
        held = self.holds(when, known)
        amount = self._amount() if held and when.reading.takes_negatives else None
        if amount is not None and amount < 0:
            raise UnmetError("impact.amount is below zero, and the condition says nothing of such amounts")
        return held

    def matched(self, when: RuleCondition, known: Known) -> Mapping[str, str]:
        """The values that a condition reads, as text, by where they stand."""
        found = {}
        for path, name in when.reading.paths.items():
            value = self._value(path, known)
            if value is not _ABSENT:
                found[name] = self._told(path, value)
        return found

    def _seen(self, known: Known) -> Context:
        context = self._context
        if context is None:
            context = self._context = self._taken_over()
        if known is not self._known:
            self._known = known
            context.add_variable(HISTORY, {name: self._number(name, n) for name, n in (known or {}).items()})
        return context

    def _taken_over(self) -> Context:
        # Importing it takes a fifth of a second, which only a policy with conditions should cost.
        import cel

        parts = self._parts
        self._body = picked(body_of(self._agent, self._packet, self._facts, parts), parts)
        amount = self._amount()
        if amount is not None and "impact" in parts and not _is_exact(amount):
            self._inexact |= {_AMOUNT, _AMOUNT[:1]}
        try:
            return cel.Context(variables=self._body)
        except ValueError:
            # Text that is not Unicode and numbers without end are no values of CEL.
            raise UnmetError("the request holds what cannot be compared") from None

    def _number(self, name: str, value: int | Decimal) -> int | float:
        if isinstance(value, int):
            return value
        if not _is_exact(value):
            self._inexact |= {(HISTORY, name)}
        return float(value)

    def _amount(self) -> Decimal | None:
        return (
            self._facts.amount if self._facts.amount is not None else parse_amount(self._packet.impact.amount)
        )

    def _value(self, path: Path, known: Known) -> Any:
        if path[0] == HISTORY:
            return (known or {}).get(path[1], _ABSENT)
        value: Any = self._body
        for name in path:
            value = value.get(name, _ABSENT) if isinstance(value, dict) else _ABSENT
        return self._amount() if path == _AMOUNT and value is not _ABSENT else value

    def _told(self, path: Path, value: Any) -> str:
        if self._mask and path[:2] == _ARGUMENTS and is_masked(path[2:], self._mask):
            return hidden(value)
        return _text(value)


def _is_exact(amount: Decimal) -> bool:
    """Whether a double tells this amount from every other that it tells: comparisons are then exact."""
    return Decimal(repr(float(amount))) == amount


def _text(value: Any) -> str:
    if isinstance(value, str):
        return one_line(value, _LONGEST)
    if value is None or isinstance(value, bool):
        return _WORDS[value]
    if isinstance(value, list) and all(isinstance(item, _PLAIN) for item in value):
        return one_line(", ".join(map(_text, value)), _LONGEST) or "none"
    if isinstance(value, list | dict):
        return f"{len(value)} entr{'y' if len(value) == 1 else 'ies'}"
    return str(value)[:_LONGEST]
