"""Which requests can come to which escalation policy, and who could approve them there."""

from __future__ import annotations

from collections.abc import Iterator

from bot.domain.matching import covers
from bot.policy.globs import overlaps
from bot.policy.schema import AgentBlock, Document, EscalationBlock, GroupBlock, RouteBlock


def policies_of(document: Document, agent: AgentBlock) -> frozenset[str]:
    """The escalation policies that an agent's requests can come to."""
    found = {route.escalation_policy for route in document.routes if route.name in agent.may_route}
    for pattern in agent.actions:
        found.update(policies_for(document, pattern))
    return frozenset(found)


def unreached(document: Document) -> Iterator[tuple[int, RouteBlock, RouteBlock | None]]:
    """The routes that no request takes, with their index and the earlier route that takes all of theirs."""
    chosen = {name for agent in document.agents.values() for name in agent.may_route}
    asked = [pattern for agent in document.agents.values() for pattern in agent.actions]
    for index, route in enumerate(document.routes):
        if route.name in chosen:
            continue
        earlier = next((other for other in document.routes[:index] if _takes_all(other, route)), None)
        if earlier is not None or not any(overlaps(route.match, pattern) for pattern in asked):
            yield index, route, earlier


def voters(document: Document, policy: EscalationBlock) -> frozenset[str]:
    """The people who may decide under an escalation policy at any step."""
    names = [*policy.quorum.from_, *(name for step in policy.steps for name in step.from_)]
    return frozenset(person for name in names for person in members(document, name))


def members(document: Document, name: str) -> tuple[str, ...]:
    """The people that the name of a group or a person stands for; of a live group, whoever may be in it."""
    group = document.groups.get(name)
    if group is None:
        return (name,)
    return tuple(dict.fromkeys((*group.members, *perhaps_members(document, group))))


def perhaps_members(document: Document, group: GroupBlock) -> tuple[str, ...]:
    """The people with an account where the group is looked up; which of them are in it is not known here."""
    return tuple(
        name
        for name, person in document.people.items()
        if any(person.accounts[platform] for platform in group.live)
    )


def approvers(document: Document, policy: EscalationBlock) -> frozenset[str]:
    """The people who may approve something under an escalation policy."""
    return frozenset(name for name in voters(document, policy) if "*" not in document.people[name].denied)


def _takes_all(earlier: RouteBlock, route: RouteBlock) -> bool:
    # A condition that cannot be told passes a request over, so only an equal one leaves nothing.
    is_asked_alike = earlier.when is None or (route.when is not None and earlier.when.text == route.when.text)
    return is_asked_alike and covers(earlier.match, route.match)


def policies_for(document: Document, pattern: str) -> Iterator[str]:
    """The escalation policies that requests for these actions can come to by themselves."""
    for route in document.routes:
        if overlaps(route.match, pattern):
            yield route.escalation_policy
        if route.when is None and covers(route.match, pattern):
            return
    yield document.defaults.escalation_policy
