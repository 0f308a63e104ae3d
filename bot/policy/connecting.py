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
    return any(directory.destinations(person) for person in directory.members((target.ref,)))
