"""Checks of rules: each is reached, can take effect, and was looked at within its time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from bot.domain.invariants import UNASKED
from bot.domain.matching import covers, matches
from bot.domain.status import Mode
from bot.policy.findings import Finding, warning
from bot.policy.implying import implies
from bot.policy.reading import ASKED_FOR_HUMAN, named_actions
from bot.policy.rule_block import RuleBlock
from bot.policy.schema import ActionBlock, Document
from bot.policy.scope_checks import is_reversible


def rules_are_reached(document: Document) -> Iterator[Finding]:
    """Rules that an earlier one leaves nothing."""
    for index, rule in enumerate(document.rules):
        earlier = next((each for each in _asked_before(document, index) if _takes_all(each, rule)), None)
        if earlier is not None:
            yield warning(
                ("rules", index),
                f'The rule "{rule.name}" never decides: "{earlier.name}" is asked before it and takes'
                " everything that it would take. Move it up, narrow the other, or remove one of them.",
            )


def rules_take_effect(document: Document) -> Iterator[Finding]:
    """Rules that would let something run which never may."""
    for index, rule in enumerate(document.rules):
        if rule.then.mode in UNASKED:
            why = _never_lets_run(document, rule)
            if why:
                yield warning(
                    ("rules", index, "then"),
                    f'The rule "{rule.name}" can never let anything run: {why}',
                )


def samples_mean_something(document: Document) -> Iterator[Finding]:
    """A sample of what people see anyway."""
    for index, rule in enumerate(document.rules):
        place = ("rules", index, "sample")
        if rule.sample and rule.then.mode is Mode.NOTIFY:
            yield warning(place, "People are told of every request that notify lets run; remove sample.")
        elif rule.sample and rule.then.mode not in UNASKED:
            yield warning(
                place,
                f"Nothing runs by itself under {rule.then.mode.value}, so there is nothing to sample. Remove"
                " this line.",
            )


def rules_are_reviewed(document: Document, today: date) -> Iterator[Finding]:
    """Rules that somebody should have looked at by now."""
    for index, rule in enumerate(document.rules):
        if rule.review_by is not None and rule.review_by < today:
            days = (today - rule.review_by).days
            yield warning(
                ("rules", index, "review_by"),
                f'{rule.owner} should have looked at the rule "{rule.name}" {days} day{"s" * (days != 1)} ago'
                f" ({rule.review_by}). Look whether it still fits, and set another date.",
            )


def _asked_before(document: Document, index: int) -> Iterator[RuleBlock]:
    """The rules that are asked before one: refusals first, then in the order of the file."""
    rule, refuses = document.rules[index], Mode.REFUSE
    for place, other in enumerate(document.rules):
        is_above = place < index
        if rule.then.mode is refuses or _is_for_humans(rule):
            # Where the customer asked for a human, only refusals are asked before the rules that say so.
            is_before = other.then.mode is refuses and (is_above or rule.then.mode is not refuses)
        else:
            is_before = is_above or other.then.mode is refuses
        if is_before and place != index and not other.shadow:
            yield other


def _takes_all(earlier: RuleBlock, rule: RuleBlock) -> bool:
    return covers(earlier.match, rule.match) and implies(
        rule.when.reading.tree if rule.when else None, earlier.when.reading.tree if earlier.when else None
    )


def _is_for_humans(rule: RuleBlock) -> bool:
    return (
        rule.then.mode is Mode.GATE and rule.when is not None and ASKED_FOR_HUMAN in rule.when.reading.paths
    )


def _never_lets_run(document: Document, rule: RuleBlock) -> str:
    fitting = _actions(document, rule)
    if not fitting:
        return (
            "no listed action fits it, and what is not listed counts as irreversible. List the action with"
            ' "reversible: true".'
        )
    first = next(iter(fitting))
    if not any(is_reversible(block) for block in fitting.values()):
        return (
            f"{first} cannot be undone, and a person decides about what cannot be undone. Write"
            ' "reversible: true" there if it can, or remove the rule.'
        )
    open_ones = {name: b for name, b in fitting.items() if is_reversible(b) and b.oversight != "always"}
    if not open_ones:
        return f'{first} says "oversight: always", and the stricter holds. Remove one of the two.'
    if document.agents and not any(_may_run(document, name) for name in open_ones):
        first = next(iter(open_ones))
        return (
            f"no agent may ask for {first} without a person. Add it to actions under an agent, take it out of"
            " always_ask, or remove the rule."
        )
    return ""


def _actions(document: Document, rule: RuleBlock) -> dict[str, ActionBlock]:
    """The listed actions that a rule can take."""
    only = named_actions(rule.when.reading.tree) if rule.when is not None else None
    return {
        name: block
        for name, block in document.actions.items()
        if matches(rule.match, name) and (only is None or name in only)
    }


def _may_run(document: Document, action: str) -> bool:
    return any(
        any(matches(pattern, action) for pattern in agent.actions)
        and not any(matches(pattern, action) for pattern in agent.always_ask)
        for agent in document.agents.values()
    )
