"""The review packet: everything an agent hands over so that a person can decide in seconds.

All of it is the agent's claim, kept as it came; what rules, limits and cards rely on is derived
into the `Proposal`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.domain.status import ImpactLevel


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposedAction:
    """What would run, exactly."""

    #: dotted name, such as `refund.issue`
    name: str
    #: JSON object of at most 64 KiB
    arguments: Mapping[str, Any] = field(default_factory=dict)
    #: one line for people; None when the policy derives it
    summary: str | None = None
    #: who will see the effect, such as `customer`
    audience: str | None = None
    #: what each button will cause, by `approve` and `reject`
    effects: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Whom the action is about."""

    id: str | None = None
    name: str | None = None
    tier: str | None = None
    #: short label to short value, such as `customer since: 2023`
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Something the reviewer can check."""

    title: str
    url: str | None = None
    quote: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Utterance:
    """One line of the conversation that led here."""

    sender: str
    text: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What led to the proposal."""

    subject: Subject | None = None
    #: the problem as its owner stated it
    issue: str | None = None
    #: what the agent has tried
    tried: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    conversation: tuple[Utterance, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Impact:
    """What the agent says is at stake."""

    level: ImpactLevel | None = None
    reversible: bool | None = None
    #: decimal number as text, in `currency`
    amount: str | None = None
    #: ISO 4217 code
    currency: str | None = None
    summary: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Signals:
    """What the agent measured about its own proposal."""

    #: 0 to 1
    confidence: float | None = None
    sentiment: str | None = None
    #: -1 (angry) to 1
    sentiment_score: float | None = None
    topics: tuple[str, ...] = ()
    asked_for_human: bool | None = None
    missing: tuple[str, ...] = ()
    policy_exception: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewPacket:
    """One revision of what reviewers are shown."""

    action: ProposedAction
    #: why, in the agent's words
    reasoning: str
    recommendation: str | None = None
    context: Context = Context()
    impact: Impact = Impact()
    signals: Signals = Signals()
    on_behalf_of: str | None = None
    agent_version: str | None = None
    #: echoed back to the agent untouched
    state: Any = None
