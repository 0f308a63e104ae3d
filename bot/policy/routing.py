"""Which escalation policy a request goes to: as its agent chose, as a route says, by default."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.domain.directory import AgentEntry
from bot.domain.errors import Forbidden, Invalid
from bot.domain.matching import matches
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


class Router:
    """The routes of a policy in their order."""

    def __init__(self, routes: Sequence[Route], default: str) -> None:
        self._by_name = {route.name: route for route in routes}
        self._order = (*routes, Route(name=None, match="*", escalation_policy=default))
        self._first = lru_cache(maxsize=_REMEMBERED)(self._find)

    def choose(self, agent: AgentEntry, action: str, asked: str | None) -> Route:
        """The route of a request.

        Raises Forbidden for one that the agent may not choose, Invalid for one that is not for this action.
        """
        return self._first(action) if asked is None else self._chosen(agent, action, asked)

    def _find(self, action: str) -> Route:
        return next(route for route in self._order if matches(route.match, action))

    def _chosen(self, agent: AgentEntry, action: str, asked: str) -> Route:
        route = self._by_name.get(asked) if asked in agent.may_route else None
        if route is None:
            may = f"it may choose {listed(agent.may_route, 'or')}" if agent.may_route else "leave route out"
            raise Forbidden(f"{agent.name} may not choose the route {asked}; {may}.")
        if not matches(route.match, action):
            raise Invalid(
                f"The route {asked} is for {route.match}, not for {action}; leave route out.", field="route"
            )
        return route
