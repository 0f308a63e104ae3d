"""Which routes were tried for a packet and which one it took, in sentences."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from bot.domain.explanation import About, Step
from bot.domain.matching import matches
from bot.policy.conditions import Condition
from bot.policy.routing import Route
from bot.policy.steered import Case
from bot.submissions import Ask, Assessment

if TYPE_CHECKING:
    from bot.policy.policy import Policy


def routes_told(policy: Policy, ask: Ask, found: Assessment) -> Iterator[Step]:
    """The routes for the action in the order in which they are tried, as far as the one that is taken."""
    action, asked = ask.packet.action.name, ask.asked
    facts = policy.entries.get(action, policy.unlisted).derivation.facts(ask.packet)
    case = Case(ask.agent, ask.packet, facts)
    for made, condition in policy.steered_routes.routes:
        if matches(made.match, action):
            took = condition is None or case.holds(made.name, condition)
            yield _step(made.name, case, took=took, condition=condition, what=", made by mention,")
            if took:
                break
    if asked.route is not None:
        said = f"The agent chose the route {asked.route}, as it may."
        yield Step(about=About.ROUTE, name=asked.route, result="took", sentence=said)
    else:
        yield from _of_the_file(policy.router.order, case, action)
    said = f"So it goes to the escalation policy {found.terms.escalation_policy}."
    yield Step(about=About.ROUTE, name=found.proposal.route, result="took", sentence=said)


def _of_the_file(order: tuple[Route, ...], case: Case, action: str) -> Iterator[Step]:
    for route in order:
        if not matches(route.match, action):
            continue
        if route.name is None:
            yield Step(about=About.ROUTE, result="took", sentence="No route of the file takes it.")
            return
        took = route.when is None or case.holds(route.name, route.when)
        yield _step(route.name, case, took=took, condition=route.when)
        if took:
            return


def _step(name: str | None, case: Case, *, took: bool, condition: Condition | None, what: str = "") -> Step:
    untold = next((said for said in case.passed_over if said.startswith(f"The route {name} ")), None)
    said = untold or f"The route {name}{what} {'matched' if took else 'did not match'}."
    return Step(
        about=About.ROUTE,
        name=name,
        result="untold" if untold else "took" if took else "passed",
        sentence=said,
        detail=condition.text if condition is not None else "",
    )
