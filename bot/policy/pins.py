"""Channels by the platform's id, so that renaming one, or taking its name, diverts nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace

from bot.domain.destinations import platform
from bot.domain.terms import Step, Target, TargetKind
from bot.policy.escalations import Escalation


def channels_of(escalations: Iterable[Escalation]) -> tuple[str, ...]:
    """The channels that any step asks, each once."""
    targets = (target for escalation in escalations for step in escalation.steps for target in step.to)
    return tuple(dict.fromkeys(target.ref for target in targets if target.kind is TargetKind.CHANNEL))


def labels_of(escalations: Iterable[Escalation]) -> Mapping[str, str]:
    """How people write the channels that any step asks: `#support` for `slack:C0123`.

    Channels of several platforms that are written alike are told apart: `#support (slack)`, `#support (web)`.
    """
    targets = (target for escalation in escalations for step in escalation.steps for target in step.to)
    labels = {target.ref: target.label for target in targets if target.kind is TargetKind.CHANNEL}
    often = Counter(labels.values())
    return {ref: f"{label} ({platform(ref)})" if often[label] > 1 else label for ref, label in labels.items()}


def pinned(escalation: Escalation, ids: Mapping[str, str]) -> Escalation:
    """The escalation policy with the channels that the mapping knows replaced; each is asked once a step."""
    return replace(escalation, steps=tuple(_step(step, ids) for step in escalation.steps))


def _step(step: Step, ids: Mapping[str, str]) -> Step:
    targets = [_target(target, ids) for target in step.to]
    once = {(target.kind, target.ref): target for target in reversed(targets)}
    return replace(step, to=tuple(reversed(once.values())))


def _target(target: Target, ids: Mapping[str, str]) -> Target:
    if target.kind is TargetKind.CHANNEL and target.ref in ids:
        return replace(target, ref=ids[target.ref])
    return target
