"""The rules of a policy, compiled, and found by action."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from bot.domain.autonomy.standing import Standing
from bot.domain.evolve import evolved
from bot.domain.invariants import sentence
from bot.domain.matching import matches
from bot.domain.rules import Known, Rule, RuleSet, rule_set
from bot.policy.reading import ASKED_FOR_HUMAN, HISTORY, Parts, together
from bot.policy.rule_block import RuleBlock
from bot.policy.rule_case import RuleCase
from bot.policy.rule_conditions import RuleCondition

#: how many action names are remembered; agents may make names up
_REMEMBERED = 4096
#: hex digits that tell what one rule takes from what another one does
_TAKES_DIGITS = 16

_Written: TypeAlias = tuple[Rule, RuleCondition | None]


@dataclass(frozen=True, slots=True)
class RulesOf:
    """The rules for one action, and what of a packet they read."""

    rules: RuleSet
    parts: Parts


class RuleBook:
    """All rules, found by action."""

    def __init__(self, rules: Sequence[_Written] = (), written: Sequence[_Written] | None = None) -> None:
        """`written` are the rules as the file has them, where these are others."""
        self._rules = tuple(rules)
        self._written = self._rules if written is None else tuple(written)
        #: in the order of the policy, each where it stands on its ladder
        self.order = tuple(rule for rule, _ in rules)
        #: by rule, its condition as the policy writes it; empty for none
        self.conditions = {rule.name: when.text if when is not None else "" for rule, when in rules}
        self.of = lru_cache(maxsize=_REMEMBERED)(self._find)

    def standing(self, standings: Sequence[Standing]) -> RuleBook:
        """The same rules where these were moved on their ladders."""
        by_rule = {standing.rule: standing for standing in standings}
        moved = [(_moved(rule, by_rule.get(rule.name)), when) for rule, when in self._written]
        return RuleBook(moved, self._written)

    def _find(self, action: str) -> RulesOf:
        """The rules for an action."""
        found = [(rule, when) for rule, when in self._rules if matches(rule.match, action)]
        read = (path for _, when in found if when is not None for path in when.reading.paths)
        parts = together(path for path in read if path[0] != HISTORY)
        return RulesOf(rule_set(tuple(rule for rule, _ in found)), parts)


def _moved(rule: Rule, standing: Standing | None) -> Rule:
    if standing is None or rule.ladder is None:
        return rule
    rung = standing.on(rule.ladder, rule.takes)
    if rung == rule.ladder.base:
        return rule
    return evolved(rule, then=rung.mode, window=rung.window, why=f"{sentence(rule.why)} {standing.why}")


def rule_book(blocks: Sequence[RuleBlock]) -> RuleBook:
    """The rules of a policy in their order."""
    return RuleBook([(_rule(block), block.when) for block in blocks])


def _takes(block: RuleBlock) -> str:
    """The pattern and the condition of a rule, in few characters."""
    text = f"{block.match}\n{block.when.text if block.when is not None else ''}"
    return hashlib.sha256(text.encode()).hexdigest()[:_TAKES_DIGITS]


def _rule(block: RuleBlock) -> Rule:
    when = block.when
    asks = RuleCase.lets_run if block.lets_run else RuleCase.holds

    def holds(case: RuleCase, known: Known) -> bool:
        return when is None or asks(case, when, known)

    def matched(case: RuleCase, known: Known) -> Mapping[str, str]:
        return case.matched(when, known) if when is not None else {}

    return Rule(
        name=block.name,
        owner=block.owner,
        why=block.why,
        match=block.match,
        takes=_takes(block),
        then=block.then.mode,
        window=block.then.window,
        ladder=block.ladder,
        sample=block.sample,
        shadow=block.shadow,
        review_by=block.review_by,
        reads=when.reading.history if when is not None else frozenset(),
        reads_human=when is not None and ASKED_FOR_HUMAN in when.reading.paths,
        thresholds=when.reading.thresholds if when is not None else (),
        holds=holds,
        matched=matched,
    )
