"""The scope document as a sheet: each agent and action with how they stand, and the rules that decide."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.domain.invariants import UNASKED
from bot.domain.matching import matches
from bot.domain.rules import Rule
from bot.policy.policy import Policy
from bot.policy.scopes import Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopeRow:
    """One action of one agent."""

    agent: str
    action: str
    #: the person who answers for the action
    owner: str
    standing: Standing
    reversible: bool
    #: `auto`, `notify`, `veto` where something can let it run unasked, by the rule's name
    unasked: dict[str, str]
    #: parts of the packet that have to be there
    requires: tuple[str, ...]
    #: in words
    what: str


def scope_rows(policy: Policy, agent: str | None = None) -> Iterator[ScopeRow]:
    """Every listed action of each agent, then what it may ask for beside these."""
    for name in policy.directory.agents:
        if agent in (None, name):
            for action in policy.entries:
                yield _row(policy, name, action)


def _row(policy: Policy, agent: str, action: str) -> ScopeRow:
    entry, scope = policy.entries[action], policy.scopes.of(agent, action)
    may_run = entry.reversible and scope.asks is None
    rules = [rule for rule in policy.rules.order if matches(rule.match, action) and not rule.shadow]
    unasked = {rule.name: rule.then.value for rule in rules if rule.then in UNASKED} if may_run else {}
    return ScopeRow(
        agent=agent,
        action=action,
        owner=entry.owner,
        standing=scope.standing,
        reversible=entry.reversible,
        unasked=unasked,
        requires=tuple(requirement.path for requirement in entry.requires),
        what=_what(scope.standing, rules, unasked, reversible=entry.reversible),
    )


def _what(standing: Standing, rules: list[Rule], unasked: dict[str, str], *, reversible: bool) -> str:
    if standing is Standing.OUT_OF_SCOPE:
        return "a person: outside what it may ask for"
    if standing is Standing.ALWAYS_ASK:
        return "a person, always"
    if not reversible:
        return "a person: it cannot be undone"
    stricter = [rule.name for rule in rules if rule.then not in UNASKED]
    if standing is Standing.ALONE:
        return f"alone, unless {', '.join(stricter)}" if stricter else "alone"
    if not unasked:
        return "a person: no rule lets it run"
    return f"rules: {', '.join(f'{name} ({mode})' for name, mode in unasked.items())}; else a person"
