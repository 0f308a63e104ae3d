"""Whose numbers somebody may see under a policy.

Numbers of an action are for those who may see each request behind them: who leads it, and who decides it
wherever it is routed. The owner of the policy answers for all of it and sees every number, though not every
request. What single reviewers did is for leads and the owner alone.
"""

from __future__ import annotations

from bot.domain.sight import Sight
from bot.policy.deciders import decides_always
from bot.policy.policy import Policy

_EVERYTHING = "*"


def sight_of(policy: Policy, person: str) -> Sight:
    """What a person may see numbers of now; nothing for somebody whom the policy does not name."""
    if person not in policy.directory.people:
        return Sight(person=person)
    if person == policy.owner:
        return Sight(person=person, actions=(_EVERYTHING,), people=(_EVERYTHING,))
    led = tuple(policy.directory.leads.get(person, ()))
    decided = tuple(each for each in _asked_for(policy) if decides_always(policy, person, each))
    return Sight(person=person, actions=_widest((*led, *decided)), people=_widest(led))


def _asked_for(policy: Policy) -> tuple[str, ...]:
    """Everything, and each action that the policy lists."""
    return (_EVERYTHING, *policy.entries)


def _widest(patterns: tuple[str, ...]) -> tuple[str, ...]:
    return (_EVERYTHING,) if _EVERYTHING in patterns else tuple(dict.fromkeys(patterns))
