"""From names to targets: `here`, `#refunds`, `@finance`, `slack:C0123`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.domain.destinations import platform
from bot.domain.directory import Directory
from bot.domain.errors import Invalid
from bot.domain.mentions.commands import HERE
from bot.domain.terms import Target, TargetKind
from bot.policy import Policy
from bot.policy.problems import UnfitError
from bot.policy.targets import check_target
from bot.speaking.desk import Desk, Said
from bot.speaking.reading import UNKNOWN
from bot.spelling import did_you_mean


async def targets(desk: Desk, said: Said, names: Sequence[str]) -> tuple[Target, ...]:
    """What names stand for; raises `Invalid` with a sentence for one that stands for nothing."""
    return tuple([await _target(desk, said, name) for name in names])


def person_named(directory: Directory, name: str) -> str:
    """The id of the person that `@name` is; raises `Invalid`."""
    bare = name.removeprefix("@")
    if name.startswith(UNKNOWN):
        raise Invalid(
            "That account or group belongs to nobody in the policy; its owner adds people and groups there."
        )
    for person in directory.people.values():
        if bare.casefold() in (person.id.casefold(), person.name.casefold()):
            return person.id
    raise Invalid(f"I know nobody called {name}.{did_you_mean(bare, directory.people)}")


async def _target(desk: Desk, said: Said, name: str) -> Target:
    policy = desk.policy()
    if name == HERE:
        if said.spoken.is_direct:
            raise Invalid("We are among ourselves here; say it in a channel, or name one.")
        return await _channel(desk, said, said.spoken.channel)
    if name.startswith("@"):
        return _people(policy.directory, name)
    if name.startswith("#"):
        return await _named_channel(desk, said, name)
    try:
        check_target(name)
    except UnfitError as error:
        raise Invalid(str(error)) from None
    if platform(name) not in policy.directory.platforms:
        raise Invalid(f"{platform(name).capitalize()} is not connected, so nothing can be sent there.")
    return await _channel(desk, said, await _by_id(desk, name))


async def _by_id(desk: Desk, name: str) -> str:
    """A channel by the platform's id; raises `Invalid` for a name that is not known there."""
    known = next((target.ref for target in _channels(desk.policy()) if _written(target) == name), None)
    if known is not None or not _is_name(name) or desk.find_channel is None:
        return known or name
    found = await desk.find_channel(name)
    if found is None:
        raise Invalid(f"I know no channel {name}; mention it, or invite me there.")
    return found


def _is_name(destination: str) -> bool:
    place = destination.partition(":")[2]
    kind = platform(destination)
    return place.startswith("#") if kind == "slack" else kind == "teams" and "/19:" not in place


def _written(target: Target) -> str:
    """As the policy's file may have it."""
    return f"{platform(target.ref)}:{target.label}"


def _people(directory: Directory, name: str) -> Target:
    bare = name[1:]
    groups = {group.casefold(): group for group in directory.groups}
    if bare.casefold() in groups:
        group = groups[bare.casefold()]
        return Target(kind=TargetKind.GROUP, ref=group, label=f"@{group}")
    person = person_named(directory, name)
    return Target(kind=TargetKind.PERSON, ref=person, label=f"@{person}")


async def _named_channel(desk: Desk, said: Said, name: str) -> Target:
    """A channel that the policy knows by this name, here first; else one that the platform knows."""
    here = said.spoken.presser.identity.platform
    known = _called(desk.policy(), name, here)
    own = [target for target in known if platform(target.ref) == here]
    near = [target for target in own if _team(target.ref) == _team(said.spoken.channel)]
    if len(own) > 1 and not near:
        raise Invalid(f"Several teams have a channel {name}; say it in the team, or mention the channel.")
    if known:
        return (near or own or known)[0]
    found = await desk.find_channel(f"{here}:{name}") if desk.find_channel is not None else None
    if found is None:
        labels = sorted({target.label for target in _channels(desk.policy())})
        meant = did_you_mean(name, labels)
        raise Invalid(f"I know no channel {name}.{meant} Mention it, or invite me there.")
    return Target(kind=TargetKind.CHANNEL, ref=found, label=name)


def _called(policy: Policy, name: str, here: str) -> list[Target]:
    """Channels of this name; `Support/Leads` on this platform is `#Leads` and `#Support/Leads`."""
    wanted, found = name.casefold(), dict[str, Target]()
    for target in _channels(policy):
        label = target.label.casefold()
        names = {label}
        if platform(target.ref) == here and "/" in label:
            names |= {f"#{label}", f"#{label.partition('/')[2]}"}
        if wanted in names:
            found[target.ref] = target
    return list(found.values())


def _team(destination: str) -> str:
    return destination.rpartition("/")[0]


async def _channel(desk: Desk, said: Said, destination: str) -> Target:
    known = next((target for target in _channels(desk.policy()) if target.ref == destination), None)
    if known is not None:
        return known
    mentioned = (p.label for p in said.spoken.places.values() if p.destination == destination and p.label)
    label = next(mentioned, "")
    if not label and desk.name_channel is not None:
        label = await desk.name_channel(destination)
    return Target(kind=TargetKind.CHANNEL, ref=destination, label=label or destination)


def _channels(policy: Policy) -> Iterable[Target]:
    for escalation in policy.escalations.values():
        for step in escalation.steps:
            yield from (target for target in step.to if target.kind is TargetKind.CHANNEL)
    for route in policy.directory.steering.routes:
        yield from (target for target in route.to if target.kind is TargetKind.CHANNEL)
