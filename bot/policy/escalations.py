"""Escalation policies as values, ready to be copied onto requests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TypeAlias

from bot.domain.hours import Hours
from bot.domain.terms import CLAIM_IDLE, Quorum, Step, Target, TargetKind
from bot.policy.schema import Document, EscalationBlock, HoursBlock, StepBlock
from bot.policy.targets import read_target

GroupHours: TypeAlias = Mapping[str, Hours | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalation:
    """Who decides, who is asked in which order, and when."""

    name: str
    quorum: Quorum
    steps: tuple[Step, ...]
    repeat: int = 0
    #: how long a claim holds whose holder does nothing
    claim_idle: timedelta = CLAIM_IDLE
    hours: Hours | None = None
    #: the groups of the policy, with their own working hours where they have any
    group_hours: GroupHours = field(default_factory=dict)


def escalations_of(document: Document) -> dict[str, Escalation]:
    """The escalation policies of a policy by name."""
    groups = {name: hours_of(block.hours) for name, block in document.groups.items()}
    return {name: _escalation(name, block, groups) for name, block in document.escalation_policies.items()}


def hours_of(block: HoursBlock | None) -> Hours | None:
    """Working hours as a value."""
    return Hours(days=block.days, start=block.from_, end=block.to, zone=block.zone) if block else None


def redirected(escalation: Escalation, to: Sequence[Target]) -> Escalation:
    """The escalation policy with others asked by its first step."""
    first, *rest = escalation.steps
    asked = replace(first, to=tuple(to), hours=_hours_of_step(escalation, to, first.voters))
    return replace(escalation, steps=(asked, *rest))


def _escalation(name: str, block: EscalationBlock, groups: GroupHours) -> Escalation:
    quorum = Quorum(
        approve=block.quorum.approve,
        reject=block.quorum.reject,
        voters=tuple(dict.fromkeys(block.quorum.from_)),
        distinct_groups=block.quorum.distinct_groups,
    )
    hours = hours_of(block.hours)
    escalation = Escalation(
        name=name,
        quorum=quorum,
        steps=(),
        repeat=block.repeat,
        claim_idle=block.claim_idle or CLAIM_IDLE,
        hours=hours,
        group_hours=groups,
    )
    return replace(escalation, steps=tuple(_step(step, escalation) for step in block.steps))


def _step(block: StepBlock, escalation: Escalation) -> Step:
    names = frozenset(escalation.group_hours)
    to = tuple(read_target(text, names) for text in dict.fromkeys(block.to))
    voters = tuple(dict.fromkeys(block.from_))
    return Step(
        to=to,
        wait=block.wait,
        remind_every=block.remind_every,
        voters=voters,
        hours=_hours_of_step(escalation, to, voters),
    )


def _hours_of_step(escalation: Escalation, to: Sequence[Target], voters: Sequence[str]) -> tuple[Hours, ...]:
    """The hours of the groups that a step names, or else of those who decide, where the policy has none.

    A group without hours of its own keeps those of the escalation policy; without these it works always.
    """
    asked = [target.ref for target in to if target.kind is TargetKind.GROUP]
    if not asked and escalation.hours is None:
        deciding = (*escalation.quorum.voters, *voters)
        asked = list(deciding) if all(name in escalation.group_hours for name in deciding) else []
    found = [escalation.group_hours.get(name) or escalation.hours for name in asked]
    hours = tuple(dict.fromkeys(each for each in found if each is not None))
    return () if None in found or hours == (escalation.hours,) else hours
