"""What a policy asks of platforms that are not connected."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bot.domain.directory import Directory
from bot.domain.terms import Step, Target, TargetKind
from bot.policy.escalations import Escalation
from bot.policy.problems import Problem
from bot.spelling import listed


def unconnected(escalations: Iterable[Escalation], directory: Directory) -> Iterator[Problem]:
    """A warning for each step that reaches nobody while its platforms are not connected."""
    for escalation in escalations:
        for index, step in enumerate(escalation.steps):
            missing = _missing(step, directory)
            if missing:
                yield Problem(
                    path=f"escalation_policies.{escalation.name}.steps[{index}].to",
                    sentence=f"This step reaches nobody and is skipped, because {_none_of(missing)}"
                    ' connected. Connect one, or ask the browser inbox too, such as "web:support".',
                )


def unread(directory: Directory) -> Iterator[Problem]:
    """A warning for each group that is looked up where nothing is connected."""
    for name, sources in directory.live.items():
        for platform in dict.fromkeys(source.partition(":")[0] for source in sources):
            if platform not in directory.platforms:
                yield Problem(
                    path=f"groups.{name}",
                    sentence=f"Who is in this group is looked up in {platform.capitalize()}, which is not"
                    " connected, so nobody there counts. Connect it, or list people under members.",
                )


def undecidable(escalations: Iterable[Escalation], directory: Directory) -> Iterator[Problem]:
    """A warning for each escalation policy under which nobody can approve until a platform is connected."""
    for escalation in escalations:
        names = (*escalation.quorum.voters, *(name for step in escalation.steps for name in step.voters))
        if not any(_can_name_somebody(name, directory) for name in names):
            yield Problem(
                path=f"escalation_policies.{escalation.name}.quorum",
                sentence="Nobody may approve here: everybody is looked up where nothing is connected."
                " Connect it, or name people under from.",
            )


def _can_name_somebody(name: str, directory: Directory) -> bool:
    platforms = {source.partition(":")[0] for source in directory.live.get(name, ())}
    return bool(directory.members((name,)) or platforms & directory.platforms)


def _none_of(platforms: tuple[str, ...]) -> str:
    return f"{platforms[0]} is not" if len(platforms) == 1 else f"neither {listed(platforms, 'nor')} is"


def _missing(step: Step, directory: Directory) -> tuple[str, ...]:
    """The platforms for want of which a step reaches nobody; empty when it reaches somebody."""
    if any(_reaches(target, directory) for target in step.to):
        return ()
    channels = (target.ref for target in step.to if target.kind is TargetKind.CHANNEL)
    return tuple(dict.fromkeys(ref.partition(":")[0] for ref in channels))


def _reaches(target: Target, directory: Directory) -> bool:
    if target.kind is TargetKind.CHANNEL:
        return target.ref.partition(":")[0] in directory.platforms
    people = directory.people if target.ref in directory.live else directory.members((target.ref,))
    return any(directory.destinations(person) for person in people)
