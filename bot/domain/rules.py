"""The rules of a policy, asked about one request: which of them decides, and what it demands.

Refusals come first, then that the customer asked for a human, then the rules in the order of the policy; a
request that none of them takes is ruled on by default. A rule that cannot be told gates: nothing runs because
a value was missing. Rules in the shadow are only noted, at the place where they would have decided.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, TypeAlias

from bot.domain.autonomy.ladder import Ladder
from bot.domain.evolve import evolved
from bot.domain.history import History
from bot.domain.invariants import READ_ONLY, UNASKED, Bounds, upheld
from bot.domain.request import Ruling, ShadowRuling
from bot.domain.sampling import chance
from bot.domain.status import Mode

#: the rule of requests that no rule took
DEFAULT = "default"
#: the rule of requests whose customer asked for a human, where no rule of the policy says so
ASKED_FOR_HUMAN = "asked-for-human"

_HUMAN = "The customer asked for a human, so a person decides."
_COUNTED_FIRST = "What came before is counted first; until then a person would decide."

#: one request as conditions see it; what it is, only those who made the conditions know
Case: TypeAlias = Any
#: values of history by name, None while they are not known
Known: TypeAlias = Mapping[str, int | Decimal] | None


class UnmetError(Exception):
    """A condition could not be told; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule of the policy, its condition compiled."""

    name: str
    #: the person who answers for it
    owner: str
    #: the reason, in words for the card
    why: str
    #: the actions it is for
    match: str = "*"
    #: tells what it takes from what another rule of its name takes
    takes: str = ""
    then: Mode
    #: for `veto`: how long people may object, in working time
    window: timedelta | None = None
    #: what it can be moved on, None for a refusal
    ladder: Ladder | None = None
    #: the share of what it lets run by itself that people look at afterwards, 0 to 1
    sample: float = 0.0
    #: it is only noted
    shadow: bool = False
    #: when somebody has to look whether it still fits
    review_by: date | None = None
    #: the names of history that it reads
    reads: frozenset[str] = frozenset()
    #: whether it reads that the customer asked for a human
    reads_human: bool = False
    #: values of confidence that it compares with
    thresholds: tuple[float, ...] = ()
    #: whether it takes a request; raises UnmetError when that cannot be told
    holds: Callable[[Case, Known], bool]
    #: the values that it reads of a request, as text
    matched: Callable[[Case, Known], Mapping[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSet:
    """The rules for one action, in the order in which they are asked."""

    refusals: tuple[Rule, ...] = ()
    #: those that gate and read that the customer asked for a human
    human: tuple[Rule, ...] = ()
    others: tuple[Rule, ...] = ()

    @property
    def needs(self) -> frozenset[str]:
        """All names of history that they read."""
        return frozenset().union(*(rule.reads for rule in (*self.refusals, *self.others)))


def rule_set(rules: tuple[Rule, ...]) -> RuleSet:
    """Rules, in the order of the policy, as they are asked."""
    return RuleSet(
        refusals=tuple(rule for rule in rules if rule.then is Mode.REFUSE),
        human=tuple(rule for rule in rules if rule.then is Mode.GATE and rule.reads_human),
        others=tuple(rule for rule in rules if rule.then is not Mode.REFUSE),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One request, and everything that rules on it."""

    rules: RuleSet
    case: Case
    #: the ruling where no rule takes it
    default: Ruling
    bounds: Bounds
    asked_for_human: bool = False
    #: the agent's own, 0 to 1
    confidence: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Deferred:
    """An evaluation that cannot end without values of history; it takes these and ends."""

    question: Question
    #: the names of the values
    needs: frozenset[str]

    def decide(self, history: History) -> Ruling:
        """The ruling; a value that the history lacks makes the rules that read it gate."""
        known = history.values(self.needs)
        return evolved(_ruled(self.question, known), history=known)


class _HistoryNeeded(Exception):
    """The next rule to ask reads history that is not known yet."""


def evaluate(question: Question) -> Ruling | Deferred:
    """Rule on a request, as far as that goes without its history; never raises."""
    try:
        return _ruled(question, None)
    except _HistoryNeeded:
        return Deferred(question=question, needs=question.rules.needs | question.bounds.reads)


def meanwhile(deferred: Deferred) -> Ruling:
    """The gate that stands while an evaluation has not ended."""
    default = deferred.question.default
    return evolved(default, mode=Mode.GATE, rule=DEFAULT, why=_COUNTED_FIRST, matched={})


def _ruled(question: Question, known: Known) -> Ruling:
    shadowed: list[ShadowRuling] = []
    ruling = _chosen(question, known, shadowed)
    if known is None and ruling.mode in UNASKED and ruling.rule != READ_ONLY and question.bounds.reads:
        raise _HistoryNeeded
    ruling = upheld(ruling, question.bounds, known)
    return evolved(ruling, shadowed=tuple(shadowed)) if shadowed else ruling


def _chosen(question: Question, known: Known, shadowed: list[ShadowRuling]) -> Ruling:
    rules = question.rules
    doubt: Ruling | None = None
    for rule in rules.refusals:
        found = _asked(rule, question, known, shadowed)
        if found is not None and found.mode is Mode.REFUSE:
            return found
        # Another refusal may be certain where this one could not be told.
        doubt = doubt or found
    if doubt is not None:
        return doubt
    if question.asked_for_human:
        return _human(question, known, shadowed)
    return _first(rules.others, question, known, shadowed) or question.default


def _human(question: Question, known: Known, shadowed: list[ShadowRuling]) -> Ruling:
    named = _first(question.rules.human, question, known, shadowed)
    if named is not None:
        return named
    return Ruling(
        mode=Mode.GATE,
        rule=ASKED_FOR_HUMAN,
        owner=question.default.owner,
        why=_HUMAN,
        matched={"signals.asked_for_human": "true"},
    )


def _first(
    rules: tuple[Rule, ...], question: Question, known: Known, shadowed: list[ShadowRuling]
) -> Ruling | None:
    for rule in rules:
        found = _asked(rule, question, known, shadowed)
        if found is not None:
            return found
    return None


def _asked(rule: Rule, question: Question, known: Known, shadowed: list[ShadowRuling]) -> Ruling | None:
    """What a rule says of a request, None where it does not take it or is in the shadow."""
    if known is None and rule.reads:
        raise _HistoryNeeded
    try:
        if not rule.holds(question.case, known):
            return None
        mode, why = rule.then, rule.why
    except UnmetError as error:
        mode, why = Mode.GATE, f"The rule {rule.name} could not be told: {error}. So a person decides."
    if rule.shadow:
        bound = upheld(Ruling(mode=mode, rule=rule.name, why=why), question.bounds, known)
        shadowed.append(ShadowRuling(rule=rule.name, mode=bound.mode))
        return None
    return Ruling(
        mode=mode,
        rule=rule.name,
        owner=rule.owner,
        why=why,
        matched=rule.matched(question.case, known),
        window=rule.window if mode is Mode.VETO else None,
        sample=chance(rule.sample, question.confidence, rule.thresholds) if mode in UNASKED else 0.0,
    )
