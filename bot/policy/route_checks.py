"""Checks of routes and agents: nothing that is written is left unused without a word."""

from __future__ import annotations

from collections.abc import Iterator

from bot.policy.findings import Finding, warning
from bot.policy.reach import policies_of, unreached
from bot.policy.schema import Document


def routes_are_taken(document: Document) -> Iterator[Finding]:
    """Routes that no request takes."""
    for index, route, earlier in unreached(document):
        why = (
            f'the route "{earlier.name}" above takes all of {route.match} first'
            if earlier
            else f"no agent may ask for {route.match}"
        )
        yield warning(
            ("routes", index),
            f'The route "{route.name}" is never taken: {why}. Move or remove it, or let an agent choose it'
            " with may_route.",
        )


def escalation_policies_are_used(document: Document) -> Iterator[Finding]:
    """Escalation policies that no request comes to."""
    used = {document.defaults.escalation_policy}
    for agent in document.agents.values():
        used |= policies_of(document, agent)
    for name in document.escalation_policies:
        if name not in used:
            yield warning(
                ("escalation_policies", name),
                f"No request comes to {name}. Route something to it or remove it.",
            )


def agents_are_known(document: Document) -> Iterator[Finding]:
    """A policy without agents, which refuses every request."""
    if not document.agents:
        yield warning((), "No agent may ask for anything yet. Add one under agents.")
