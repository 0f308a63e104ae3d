"""The rules of a policy, compiled: found by action, asked about a packet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from bot.domain.matching import matches
from bot.domain.packet import ReviewPacket
from bot.domain.rules import Known, Rule, RuleSet, rule_set
from bot.policy.bodies import body_of
from bot.policy.conditions import HISTORY, Condition
from bot.policy.derive import Facts
from bot.policy.schema import Document, RuleBlock

if TYPE_CHECKING:
    from cel.cel import Context

#: how many action names are remembered; agents may make names up
_REMEMBERED = 4096


class RuleCase:
    """One packet while rules are asked about it: taken over into CEL once, when the first one asks."""

    __slots__ = ("_agent", "_context", "_facts", "_packet", "_roots")

    def __init__(self, agent: str, packet: ReviewPacket, facts: Facts, roots: frozenset[str]) -> None:
        self._agent, self._packet, self._facts, self._roots = agent, packet, facts, roots
        self._context: Context | None = None

    def holds(self, condition: Condition, known: Known) -> bool:
        """Whether a condition holds; raises UnmetError when that cannot be told."""
        return condition.holds_in(self._seen(known))

    def _seen(self, known: Known) -> Context:
        context = self._context
        if context is None:
            # Importing it takes a fifth of a second, which only a policy with conditions should cost.
            import cel

            body = body_of(self._agent, self._packet, self._facts, self._roots)
            context = self._context = cel.Context(variables=body)
        if known is not None:
            numbers = {name: n if isinstance(n, int) else float(n) for name, n in known.items()}
            context.add_variable(HISTORY, numbers)
        return context


@dataclass(frozen=True, slots=True)
class RulesOf:
    """The rules for one action, and what of a packet they read."""

    rules: RuleSet
    roots: frozenset[str]


class RuleBook:
    """All rules, found by action."""

    def __init__(self, rules: Sequence[tuple[Rule, Condition | None]] = ()) -> None:
        self.order = tuple(rule for rule, _ in rules)
        self._rules = tuple(rules)
        self.of = lru_cache(maxsize=_REMEMBERED)(self._find)

    def _find(self, action: str) -> RulesOf:
        """The rules for an action."""
        found = [(rule, when) for rule, when in self._rules if matches(rule.match, action)]
        roots = frozenset(root for _, when in found if when is not None for root in when.roots)
        return RulesOf(rule_set(tuple(rule for rule, _ in found)), roots - {HISTORY})


def rule_book(document: Document) -> RuleBook:
    """The rules of a policy in their order."""
    return RuleBook(list(_rules(document)))


def _rules(document: Document) -> Iterator[tuple[Rule, Condition | None]]:
    for block in document.rules:
        yield _rule(block), block.when


def _rule(block: RuleBlock) -> Rule:
    when = block.when

    def holds(case: RuleCase, known: Known) -> bool:
        return when is None or case.holds(when, known)

    def matched(case: RuleCase, known: Known) -> Mapping[str, str]:
        return {}

    return Rule(
        name=block.name,
        owner=block.owner,
        why=block.why,
        match=block.match,
        then=block.then.mode,
        window=block.then.window,
        sample=block.sample,
        shadow=block.shadow,
        review_by=block.review_by,
        reads=when.history if when is not None else frozenset(),
        reads_human=when is not None and "asked_for_human" in when.text,
        holds=holds,
        matched=matched,
    )
