"""Routes made by mention: tried before those of the file, they replace whom the first step asks, no more."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.domain.matching import matches
from bot.domain.packet import ReviewPacket
from bot.domain.rules import UnmetError
from bot.domain.steering import MadeRoute
from bot.policy.bodies import body_of
from bot.policy.conditions import Condition, compiled
from bot.policy.derive import Facts
from bot.policy.problems import UnfitError

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Case:
    """A request while it is routed: conditions are asked about it, and those that could not be told noted."""

    agent: str
    packet: ReviewPacket
    facts: Facts
    #: why routes were passed over, as sentences
    passed_over: list[str] = field(default_factory=list)

    def holds(self, route: str | None, condition: Condition) -> bool:
        """Whether a route's condition holds; one that cannot be told does not, and says so."""
        try:
            return condition.holds(body_of(self.agent, self.packet, self.facts, condition.roots))
        except UnmetError as why:
            self.passed_over.append(f"The route {route} was passed over: {why}.")
            return False


@dataclass(frozen=True, slots=True)
class SteeredRoutes:
    """The routes made by mention, compiled, in the order in which they are tried."""

    routes: tuple[tuple[MadeRoute, Condition | None], ...] = ()

    def first(self, action: str, case: Case) -> MadeRoute | None:
        """The first route that takes a request."""
        for route, condition in self.routes:
            if matches(route.match, action) and (condition is None or case.holds(route.name, condition)):
                return route
        return None


#: no route was made by mention
UNROUTED = SteeredRoutes()


def steered_routes(routes: Sequence[MadeRoute]) -> SteeredRoutes:
    """Routes ready to be tried; one whose condition can no longer be read takes nothing."""
    found: list[tuple[MadeRoute, Condition | None]] = []
    for route in routes:
        try:
            found.append((route, compiled(route.when) if route.when is not None else None))
        except UnfitError as error:
            _log.error("The route %s takes nothing: %s", route.name, error)
    return SteeredRoutes(tuple(found))
