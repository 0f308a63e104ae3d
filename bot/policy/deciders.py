"""Who decides requests that a pattern fits, whichever escalation policy these come to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bot.domain.directory import Person
from bot.domain.matching import covers
from bot.policy.globs import overlaps
from bot.policy.policy import Policy


def deciders(policy: Policy, match: str) -> Mapping[str, frozenset[str]]:
    """By escalation policy, the people who may approve some of its requests for these actions."""
    return {name: frozenset(_voters(policy, name, match)) for name in _reached(policy, match)}


def decides_always(policy: Policy, person: str, match: str) -> bool:
    """Whether a person is asked from the first step on, wherever requests for these actions come to."""
    names = [policy.escalations[name] for name in _reached(policy, match)]
    voters = ((*asked.quorum.voters, *asked.steps[0].voters) for asked in names)
    return all(person in policy.directory.members(each) for each in voters)


def could_approve(person: Person, match: str) -> bool:
    """Whether the policy denies a person not everything that a pattern fits."""
    return not any(covers(denied, match) for denied in person.denied)


def _reached(policy: Policy, match: str) -> Iterator[str]:
    chosen = {name for agent in policy.directory.agents.values() for name in agent.may_route}
    found: dict[str, None] = {}
    taken = False
    for route in policy.router.order:
        if overlaps(route.match, match) and (not taken or route.name in chosen):
            found[route.escalation_policy] = None
        taken = taken or (route.when is None and covers(route.match, match))
    yield from found


def _voters(policy: Policy, escalation: str, match: str) -> Iterator[str]:
    asked = policy.escalations[escalation]
    names = [*asked.quorum.voters, *(name for step in asked.steps for name in step.voters)]
    people = policy.directory.people
    yield from (
        person
        for person in policy.directory.members(tuple(names))
        if person in people and could_approve(people[person], match)
    )
