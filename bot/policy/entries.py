"""What the policy says of one action, compiled for the hot path."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from bot.domain.arguments import masks
from bot.domain.errors import Invalid
from bot.domain.invariants import READ_ONLY
from bot.domain.packet import ReviewPacket
from bot.domain.request import Ruling
from bot.domain.rules import DEFAULT
from bot.domain.status import ImpactLevel, Mode
from bot.domain.terms import Confirm, Terms
from bot.domain.text import one_line
from bot.policy.argument_schemas import ArgumentSchema
from bot.policy.derive import NOTHING_DERIVED, Derivation
from bot.policy.escalations import Escalation
from bot.policy.paths import Path, look_up, wire_path
from bot.policy.requirements import Requirement, demand
from bot.policy.schema import ActionBlock, Document

#: characters that somebody may be made to type
LONGEST_WORD = 60

_GATED = "Every request needs a person's decision unless a rule says otherwise."
_UNLISTED = "The policy does not list this action, so it counts as irreversible and a person decides."
_READS = "The policy lists this action as one that only reads."
_READS_FOR_EVER = (
    "The policy lists this action as one that only reads, but it cannot be undone, so a person decides."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionEntry:
    """One action, listed or not."""

    owner: str
    reads: bool = False
    #: a person decides, whatever rules say
    always: bool = False
    reversible: bool = False
    urgent: bool = False
    high_impact: bool = False
    requires: tuple[Requirement, ...] = ()
    derivation: Derivation = NOTHING_DERIVED
    schema: ArgumentSchema | None = None
    mask: tuple[str, ...] = ()
    #: the same, ready for `is_masked`
    masked: tuple[str, ...] = ()
    valid_for: timedelta | None = None
    confirm: Confirm | None = None
    confirm_word: Path | None = None
    ruling: Ruling
    #: for what the agent says cannot be undone
    strict_ruling: Ruling

    def demand(self, packet: ReviewPacket) -> None:
        """Raise Invalid for a packet that lacks a part or whose arguments do not fit."""
        if self.requires:
            demand(packet.action.name, self.requires, packet)
        if self.schema is not None:
            self.schema.demand(packet.action.name, packet.action.arguments)

    def irreversible(self, packet: ReviewPacket) -> bool:
        """Whether the action cannot be undone: the stricter of the policy and the packet."""
        return not self.reversible or packet.impact.reversible is False

    def is_high(self, packet: ReviewPacket) -> bool:
        """Whether approving needs the approver's own view."""
        return self.high_impact or packet.impact.level is ImpactLevel.HIGH

    def terms(self, escalation: Escalation) -> Terms:
        """The terms of requests for this action under an escalation policy."""
        return Terms(
            escalation_policy=escalation.name,
            quorum=escalation.quorum,
            steps=escalation.steps,
            repeat=escalation.repeat,
            claim_idle=escalation.claim_idle,
            hours=escalation.hours,
            action_owner=self.owner,
            valid_for=self.valid_for,
            mask=self.mask,
            arguments_schema=self.schema.text if self.schema else None,
            confirm=self.confirm,
        )

    def word(self, packet: ReviewPacket) -> str:
        """What is typed to confirm; raises Invalid where the policy names an argument that says nothing."""
        if self.confirm_word is None:
            return ""
        found = look_up(packet.action.arguments, self.confirm_word)
        word = one_line(str(found), LONGEST_WORD) if isinstance(found, str | int) else ""
        if not word or isinstance(found, bool) or len(str(found)) > LONGEST_WORD:
            place = wire_path(self.confirm_word)
            raise Invalid(
                f"{place} is what a reviewer types to confirm this; send a text of 1 to {LONGEST_WORD}"
                " characters, or a number.",
                field=place,
            )
        return word


def entries_of(document: Document) -> dict[str, ActionEntry]:
    """The listed actions by name."""
    return {name: _entry(block) for name, block in document.actions.items()}


def unlisted(owner: str) -> ActionEntry:
    """The entry of every action that the policy does not list."""
    ruling = Ruling(mode=Mode.GATE, rule=DEFAULT, owner=owner, why=_UNLISTED)
    return ActionEntry(owner=owner, ruling=ruling, strict_ruling=ruling)


def _entry(block: ActionBlock) -> ActionEntry:
    reads = block.effect == "read"
    gated = Ruling(mode=Mode.GATE, rule=DEFAULT, owner=block.owner, why=_READS_FOR_EVER if reads else _GATED)
    free = Ruling(mode=Mode.AUTO, rule=READ_ONLY, owner=block.owner, why=_READS, matched={"effect": "read"})
    return ActionEntry(
        owner=block.owner,
        reads=reads,
        always=block.oversight == "always",
        reversible=reads if block.reversible is None else block.reversible,
        urgent=block.urgent,
        high_impact=block.impact == "high",
        requires=tuple(block.requires),
        derivation=block.derivation,
        schema=block.arguments,
        mask=tuple(block.mask),
        masked=masks(block.mask),
        valid_for=block.valid_for,
        confirm=Confirm(block.confirm) if block.confirm else None,
        confirm_word=block.confirm_word,
        ruling=free if reads else gated,
        strict_ruling=gated,
    )
