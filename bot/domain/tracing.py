"""Which rules were asked about a request, and what each answered: an evaluation that is watched.

The rules are the same and are asked in the same order; only their answers are noted on the way, so that what
is told is what happened.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.evolve import evolved
from bot.domain.history import History
from bot.domain.request import Ruling
from bot.domain.rules import Case, Deferred, Known, Question, Rule, RuleSet, UnmetError, evaluate


class Answer(StrEnum):
    """What a rule said of a request."""

    TOOK = "took"
    PASSED = "passed"
    UNTOLD = "untold"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """One rule that was asked."""

    rule: Rule
    answer: Answer
    #: why it could not be told
    why: str = ""
    #: the values that it reads of the request, as text
    read: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Traced:
    """An evaluation and how it came about."""

    ruling: Ruling | Deferred
    #: in the order in which they were asked
    tried: tuple[Tried, ...]


def traced(question: Question, history: History | None = None) -> Traced:
    """Rule on a request and note which rules were asked; without history it may not come to an end."""
    tried: list[Tried] = []
    watched = evolved(question, rules=_watched(question.rules, tried))
    found = evaluate(watched)
    if isinstance(found, Deferred) and history is not None:
        # It begins from the first rule again, with what came before.
        tried.clear()
        found = found.decide(history)
    return Traced(ruling=found, tried=tuple(tried))


def _watched(rules: RuleSet, tried: list[Tried]) -> RuleSet:
    return RuleSet(
        refusals=tuple(_noting(rule, tried) for rule in rules.refusals),
        human=tuple(_noting(rule, tried) for rule in rules.human),
        others=tuple(_noting(rule, tried) for rule in rules.others),
    )


def _noting(rule: Rule, tried: list[Tried]) -> Rule:
    def holds(case: Case, known: Known) -> bool:
        try:
            took = rule.holds(case, known)
        except UnmetError as error:
            read = rule.matched(case, known)
            tried.append(Tried(rule=rule, answer=Answer.UNTOLD, why=str(error), read=read))
            raise
        answer = Answer.TOOK if took else Answer.PASSED
        tried.append(Tried(rule=rule, answer=answer, read=rule.matched(case, known)))
        return took

    return evolved(rule, holds=holds)
