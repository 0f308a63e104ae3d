"""What a packet must hold for an action: the `requires` of its entry."""

from __future__ import annotations

from collections.abc import Sequence, Sized
from dataclasses import dataclass
from typing import Any

from bot.domain.errors import Invalid
from bot.domain.packet import ReviewPacket
from bot.policy.paths import MISSING, Path, look_up, parse_steps
from bot.policy.problems import UnfitError
from bot.spelling import did_you_mean, listed

_ARGUMENTS = ("action", "arguments")
_FACTS = ("context", "subject", "facts")

#: what can be required, beside `arguments.…` and `context.subject.facts.…`
REQUIRABLE = (
    "action.audience",
    "action.effects",
    "action.summary",
    "agent_version",
    "context.conversation",
    "context.evidence",
    "context.issue",
    "context.subject",
    "context.subject.facts",
    "context.subject.id",
    "context.subject.name",
    "context.subject.tier",
    "context.tried",
    "impact.amount",
    "impact.currency",
    "impact.level",
    "impact.reversible",
    "impact.summary",
    "on_behalf_of",
    "recommendation",
    "signals.asked_for_human",
    "signals.confidence",
    "signals.policy_exception",
    "signals.sentiment",
    "signals.sentiment_score",
    "signals.topics",
    "state",
)


@dataclass(frozen=True, slots=True)
class Requirement:
    """One part of the packet that must be there and say something."""

    #: as the submit body has it
    path: str
    attributes: tuple[str, ...]
    #: the way on inside a mapping
    keys: Path = ()

    def met(self, packet: ReviewPacket) -> bool:
        """Whether the part is there; empty texts, lists and mappings say nothing, false and 0 do."""
        value: Any = packet
        for name in self.attributes:
            if value is None:
                return False
            value = getattr(value, name)
        value = look_up(value, self.keys) if self.keys else value
        if value is None or value is MISSING:
            return False
        if isinstance(value, str):
            return bool(value.strip())
        return not isinstance(value, Sized) or len(value) > 0


def parse_requirement(text: str) -> Requirement:
    """The requirement that a path is; raises UnfitError with a sentence."""
    if text in REQUIRABLE:
        return Requirement(text, tuple(text.split(".")))
    if text.startswith("context.subject.facts."):
        return Requirement(text, _FACTS, (text.removeprefix("context.subject.facts."),))
    steps = parse_steps(text.removeprefix("action."))
    if steps is not None and steps[0] == "arguments" and len(steps) > 1:
        return Requirement(f"action.{text.removeprefix('action.')}", _ARGUMENTS, steps[1:])
    known = (*REQUIRABLE, "arguments")
    raise UnfitError(f'"{text}" is no part of a review packet.{did_you_mean(text, known) or _EXAMPLE}')


_EXAMPLE = " Name one such as context.subject or signals.confidence."


def demand(action: str, requirements: Sequence[Requirement], packet: ReviewPacket) -> None:
    """Raise Invalid naming everything that is missing."""
    missing = [requirement.path for requirement in requirements if not requirement.met(packet)]
    if missing:
        them = "it" if len(missing) == 1 else "them"
        raise Invalid(
            f"{action} has to come with {listed(missing)}, which the packet lacks; add {them}.",
            field=missing[0],
        )
