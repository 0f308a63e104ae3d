"""`routes`: every route in the order in which they are tried, and why one never is."""

from __future__ import annotations

from collections.abc import Iterator

from bot.domain.card_facts import asked
from bot.domain.matching import covers
from bot.domain.steering import MadeRoute
from bot.policy import Policy
from bot.policy.routing import Route
from bot.speaking.desk import Desk, Said, privately
from bot.speaking.spoken import Heard
from bot.speaking.telling import command_of, name, until


def routes(desk: Desk, said: Said) -> Heard:
    """All of them: those made here before those of the file, each as it would be said again."""
    policy = desk.policy()
    return privately(*_made(policy, said), *_filed(policy), *_set(policy, said))


def _made(policy: Policy, said: Said) -> Iterator[str]:
    routes = policy.directory.steering.routes
    if not routes:
        yield "No route was made here."
        return
    yield (
        "Made here; the first that takes a request says whom its first step asks, and who may decide stays"
        " as the policy says:"
    )
    for index, route in enumerate(routes):
        command, lost = command_of(route, said.zone), _lost(routes[:index], route)
        yield f"• {route.name}: `{command}`{_whose(policy, route, said)}{lost}"


def _whose(policy: Policy, route: MadeRoute, said: Said) -> str:
    return f" · made by {name(policy.directory, route.by)}{until(route.until, said.zone)}"


def _lost(before: tuple[MadeRoute, ...], route: MadeRoute) -> str:
    """Why it takes nothing while another one stands."""
    winner = next((r for r in before if r.when is None and covers(r.match, route.match)), None)
    if winner is not None:
        return f" · takes nothing while {winner.name} stands, which is newer"
    some = next((r for r in before if covers(r.match, route.match)), None)
    return f" · takes what {some.name}, which is newer, leaves" if some is not None else ""


def _filed(policy: Policy) -> Iterator[str]:
    yield "In the policy's file; the first that takes a request says which escalation policy it goes to:"
    for route in policy.router.order:
        yield f"• {_told(policy, route)}"


def _told(policy: Policy, route: Route) -> str:
    escalation = policy.escalations[route.escalation_policy]
    when = f" when {route.when.text}" if route.when is not None else ""
    what = f"{route.name}: {route.match}{when}" if route.name is not None else "everything else"
    return f"{what} goes to {escalation.name}, which first asks {asked(escalation.steps[0])}"


def _set(policy: Policy, said: Said) -> Iterator[str]:
    steering = policy.directory.steering
    for pause in steering.pauses:
        yield f"Paused by {name(policy.directory, pause.by)}: `{command_of(pause, said.zone)}`"
