"""Which escalation policy a request goes to: as its agent chose, as a route says, by default."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from bot.domain.directory import AgentEntry
from bot.domain.errors import Forbidden, Invalid
from bot.domain.matching import matches
from bot.policy.conditions import Condition
from bot.spelling import listed

#: how many action names are remembered; agents may make names up
_REMEMBERED = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """Requests for these actions go to this escalation policy."""

    #: None for the default
    name: str | None
    match: str
    escalation_policy: str
    when: Condition | None = None


#: whether a condition holds for the request that is routed; told the route's name
Holds: TypeAlias = Callable[[str | None, Condition], bool]


class Router:
    """The routes of a policy in their order."""

    def __init__(self, routes: Sequence[Route], default: str) -> None:
        self._by_name = {route.name: route for route in routes}
        self.order = (*routes, Route(name=None, match="*", escalation_policy=default))
        self._candidates = lru_cache(maxsize=_REMEMBERED)(self._find)

    def choose(self, agent: AgentEntry, action: str, asked: str | None, holds: Holds) -> Route:
        """The route of a request.

        Raises Forbidden for one that the agent may not choose, Invalid for one that is not for this request.
        """
        if asked is not None:
            return self._chosen(agent, action, asked, holds)
        candidates = self._candidates(action)
        if len(candidates) == 1:
            return candidates[0]
        return next(route for route in candidates if route.when is None or holds(route.name, route.when))

    def _find(self, action: str) -> tuple[Route, ...]:
        """The routes for an action, as far as the first that takes all requests for it."""
        found: list[Route] = []
        for route in self.order:
            if matches(route.match, action):
                found.append(route)
                if route.when is None:
                    break
        return tuple(found)

    def _chosen(self, agent: AgentEntry, action: str, asked: str, holds: Holds) -> Route:
        route = self._by_name.get(asked) if asked in agent.may_route else None
        if route is None:
            may = f"it may choose {listed(agent.may_route, 'or')}" if agent.may_route else "leave route out"
            raise Forbidden(f"{agent.name} may not choose the route {asked}; {may}.")
        if not matches(route.match, action):
            raise Invalid(
                f"The route {asked} is for {route.match}, not for {action}; leave route out.", field="route"
            )
        if route.when is not None and not holds(route.name, route.when):
            raise Invalid(
                f"The route {asked} is for requests where {route.when.text}; leave route out.", field="route"
            )
        return route
