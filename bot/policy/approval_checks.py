"""Checks of actions: somebody could approve each of them, wherever its requests go."""

from __future__ import annotations

from collections.abc import Iterator

from bot.domain.matching import matches
from bot.policy.findings import Finding, warning
from bot.policy.reach import approvers, policies_for
from bot.policy.schema import Document


def actions_can_be_approved(document: Document) -> Iterator[Finding]:
    """An action that the policy denies to so many that nobody could approve it where it goes."""
    for action in document.actions:
        for name in sorted(set(policies_for(document, action))):
            policy = document.escalation_policies[name]
            asked = approvers(document, policy)
            able = {
                person
                for person in asked
                if not any(matches(pattern, action) for pattern in document.people[person].denied)
            }
            if len(able) < policy.quorum.approve <= len(asked):
                yield warning(
                    ("actions", action),
                    f"Nobody can approve {action} under {name}: it needs {policy.quorum.approve} of those who"
                    f" may, and {len(asked) - len(able)} of {len(asked)} are denied it. Route it elsewhere,"
                    " or change denied.",
                )


def budgets_mean_something(document: Document) -> Iterator[Finding]:
    """A budget of money for an agent whose actions come to no amount, or in another currency."""
    for name, agent in document.agents.items():
        money = agent.budget.amount_per_day if agent.budget is not None else None
        if money is None:
            continue
        mine = [
            block
            for action, block in document.actions.items()
            if block.amount is not None and any(matches(pattern, action) for pattern in agent.actions)
        ]
        place = ("agents", name, "budget", "amount_per_day")
        if not mine:
            yield warning(
                place,
                f"Nothing that {name} may ask for has an amount, so this limits nothing. Say under actions"
                " where the amount is, or remove it.",
            )
        elif all(isinstance(b.currency, str) and b.currency != money.currency for b in mine):
            yield warning(
                place,
                f"{name} never asks for anything in {money.currency}, and amounts in another currency always"
                f" wait for a person. Write the budget in {mine[0].currency}.",
            )
