"""Escalation policies as values, ready to be copied onto requests."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.hours import Hours
from bot.domain.terms import Quorum, Step
from bot.policy.schema import Document, EscalationBlock, HoursBlock
from bot.policy.targets import read_target


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalation:
    """Who decides, who is asked in which order, and when."""

    name: str
    quorum: Quorum
    steps: tuple[Step, ...]
    repeat: int = 0
    hours: Hours | None = None


def escalations_of(document: Document) -> dict[str, Escalation]:
    """The escalation policies of a policy by name."""
    groups = frozenset(document.groups)
    return {name: _escalation(name, block, groups) for name, block in document.escalation_policies.items()}


def _escalation(name: str, block: EscalationBlock, groups: frozenset[str]) -> Escalation:
    quorum = Quorum(
        approve=block.quorum.approve,
        reject=block.quorum.reject,
        voters=tuple(dict.fromkeys(block.quorum.from_)),
        distinct_groups=block.quorum.distinct_groups,
    )
    steps = tuple(
        Step(
            to=tuple(read_target(text, groups) for text in dict.fromkeys(step.to)),
            wait=step.wait,
            remind_every=step.remind_every,
            voters=tuple(dict.fromkeys(step.from_)),
        )
        for step in block.steps
    )
    return Escalation(name=name, quorum=quorum, steps=steps, repeat=block.repeat, hours=_hours(block.hours))


def _hours(block: HoursBlock | None) -> Hours | None:
    return Hours(days=block.days, start=block.from_, end=block.to, zone=block.zone) if block else None
