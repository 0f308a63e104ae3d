"""`route`, `unroute`: whom the first step asks, as leads set it."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.errors import Forbidden, Invalid
from bot.domain.matching import covers
from bot.domain.mentions import commands
from bot.domain.steering import MadeRoute
from bot.domain.terms import Target, TargetKind
from bot.policy import Policy
from bot.policy.conditions import compiled
from bot.policy.deciders import deciders
from bot.policy.globs import overlaps
from bot.policy.problems import UnfitError
from bot.speaking import foresight, setting
from bot.speaking.desk import Desk, Said
from bot.speaking.leading import must_lead
from bot.speaking.places import targets
from bot.speaking.spoken import Heard
from bot.speaking.telling import listed, name, until
from bot.spelling import did_you_mean
from bot.steering import Change, Kind


async def route(desk: Desk, said: Said, command: commands.Route) -> Heard:
    """Preview a route, or make it when that was confirmed."""
    policy = desk.policy()
    must_lead(policy.directory, said, command.match, "route")
    _somebody_asks(policy, command.match)
    if command.when is not None:
        _readable(command.when)
    to = await targets(desk, said, command.to)
    warnings = _with_authority(policy, command.match, to)
    ends_at = setting.end_of(command.until, said)
    made = MadeRoute(
        name="",
        match=command.match,
        to=to,
        when=command.when,
        by=said.person.id,
        made_at=said.now,
        until=ends_at,
    )
    if said.confirmed:
        return await _make(desk, said, made)
    found = await foresight.caught(desk, said, command.match, command.when)
    wanted = replace(
        command,
        to=tuple(_name(target) for target in to),
        until=setting.fixed(ends_at, said),
        confirmed=False,
    )
    lines = (
        _told(made, said, "would ask"),
        *warnings,
        *_before(policy, made),
        *foresight.told(found, said, "caught"),
    )
    return await setting.previewed(desk, said, wanted, *lines, targets=to)


async def unroute(desk: Desk, said: Said, command: commands.Unroute) -> Heard:
    """Preview the end of a route, or end it when that was confirmed."""
    policy = desk.policy()
    routes = {made.name.lower(): made for made in policy.directory.steering.routes}
    found = routes.get(command.name.lower())
    if found is None:
        raise Invalid(_unknown(policy, command.name))
    must_lead(policy.directory, said, found.match, "unroute")
    if not said.confirmed:
        goes = f"{found.match} goes where the policy and the other routes send it again."
        line = f"{found.name} of {name(policy.directory, found.by)} would end; {goes}"
        return await setting.previewed(desk, said, replace(command, name=found.name, confirmed=False), line)
    change = Change(
        id=said.id,
        kind=Kind.ROUTE,
        name=found.name,
        person=said.person.id,
        after=None,
        matches=(found.match,),
    )
    return await setting.made(
        desk, change, f"{said.person.name} ended the route {found.name} for {found.match}."
    )


async def _make(desk: Desk, said: Said, made: MadeRoute) -> Heard:
    taken = frozenset(route.name for route in desk.policy().router.order if route.name is not None)
    change = Change(
        id=said.id,
        kind=Kind.ROUTE,
        name="",
        person=said.person.id,
        after=made,
        taken=taken,
        matches=(made.match,),
    )
    outcome = await setting.changed(desk, change)
    given = outcome.changed.name if outcome.changed is not None else ""
    told = _told(made, said, "asks")
    answer = await setting.made(desk, change, f"{said.person.name} made the route {given}. {told}")
    return replace(answer, lines=(*answer.lines, f"`unroute {given}` ends it."))


def _told(made: MadeRoute, said: Said, asks: str) -> str:
    to = listed([target.label for target in made.to])
    when = f" when {made.when}" if made.when is not None else ""
    return f"{made.match}{when}: the first step {asks} {to}{until(made.until, said.zone)}."


def _before(policy: Policy, made: MadeRoute) -> tuple[str, ...]:
    """Which routes it would come before."""
    after = [route.name for route in policy.directory.steering.routes if covers(made.match, route.match)]
    if not after:
        return ()
    return (f"It comes before {listed(after)}, which then take{'s' * (len(after) == 1)} what it leaves.",)


def _name(target: Target) -> str:
    return target.ref if target.kind is TargetKind.CHANNEL else target.label


def _readable(when: str) -> None:
    try:
        compiled(when)
    except UnfitError as error:
        raise Invalid(str(error)) from None


def _somebody_asks(policy: Policy, match: str) -> None:
    """A pattern that no agent may ask for is a slip of the pen."""
    asked = [pattern for agent in policy.directory.agents.values() for pattern in agent.actions]
    if not any(overlaps(match, pattern) for pattern in asked):
        known = [*policy.entries, *asked, *(f"{pattern.partition('.')[0]}.*" for pattern in policy.entries)]
        raise Invalid(f"No agent may ask for {match}.{did_you_mean(match, known)}")


def _with_authority(policy: Policy, match: str, to: tuple[Target, ...]) -> tuple[str, ...]:
    """Raise `Forbidden` for somebody who could approve none of it; warnings for who could not all of it."""
    able = deciders(policy, match)
    everybody = frozenset[str]().union(*able.values())
    warnings = []
    for target in to:
        people = frozenset() if target.kind is TargetKind.CHANNEL else policy.directory.members((target.ref,))
        if target.kind is TargetKind.CHANNEL:
            continue
        if everybody.isdisjoint(people):
            raise Forbidden(_nobody(policy, match, target, everybody))
        lacking = [escalation for escalation, voters in able.items() if voters.isdisjoint(people)]
        if lacking:
            warnings.append(f"{target.label} could not approve what goes to {listed(lacking)}.")
    return tuple(warnings)


def _nobody(policy: Policy, match: str, target: Target, able: frozenset[str]) -> str:
    who = sorted(name(policy.directory, person) for person in able)
    could = f" {listed(who, 'or')} could." if who else " Nobody could."
    subject = "Nobody of " if target.kind is TargetKind.GROUP else ""
    verb = "could" if target.kind is TargetKind.GROUP else "could not"
    label = target.label if subject else name(policy.directory, target.ref)
    return f"{subject}{label} {verb} approve {match}, so nothing was changed.{could}"


def _unknown(policy: Policy, said: str) -> str:
    if any(route.name == said for route in policy.router.order):
        return f"{said} stands in the policy's file; its owner changes it there."
    names = [made.name for made in policy.directory.steering.routes]
    return f"There is no route {said} made here.{did_you_mean(said, names)} `routes` lists them."
