"""The submit body as conditions see it: the packet in the agent's words, amount and currency as derived.

What was not sent is absent, so that `has()` tells; amounts are numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

from bot.domain.money import parse_amount
from bot.domain.packet import Context, Evidence, ReviewPacket, Utterance
from bot.policy.derive import Facts

#: the names inside a part; None where anything may be
Shape: TypeAlias = Mapping[str, "Shape"] | None

_SUBJECT: Shape = {"id": None, "name": None, "tier": None, "facts": None}
SHAPE: Mapping[str, Shape] = {
    "agent": None,
    "action": {"name": None, "summary": None, "audience": None, "arguments": None, "effects": None},
    "reasoning": None,
    "recommendation": None,
    "context": {"subject": _SUBJECT, "issue": None, "tried": None, "evidence": None, "conversation": None},
    "impact": {"level": None, "reversible": None, "amount": None, "currency": None, "summary": None},
    "signals": {
        **dict.fromkeys(("confidence", "sentiment", "sentiment_score", "topics", "asked_for_human")),
        **dict.fromkeys(("missing", "policy_exception")),
    },
    "on_behalf_of": None,
    "agent_version": None,
}


def body_of(agent: str, packet: ReviewPacket, facts: Facts, roots: Iterable[str]) -> dict[str, Any]:
    """The parts of the body that are asked for."""
    body = {root: _PARTS[root](agent, packet, facts) for root in roots}
    return {root: part for root, part in body.items() if part is not None}


def _action(packet: ReviewPacket, facts: Facts) -> dict[str, Any]:
    action = packet.action
    return _present(
        name=action.name,
        summary=facts.summary,
        audience=action.audience,
        arguments=action.arguments,
        effects=dict(action.effects),
    )


def _context(context: Context) -> dict[str, Any]:
    subject = context.subject
    return _present(
        subject=None
        if subject is None
        else _present(id=subject.id, name=subject.name, tier=subject.tier, facts=dict(subject.facts)),
        issue=context.issue,
        tried=list(context.tried),
        evidence=[_evidence(item) for item in context.evidence],
        conversation=[_utterance(line) for line in context.conversation],
    )


def _impact(packet: ReviewPacket, facts: Facts) -> dict[str, Any]:
    impact = packet.impact
    return _present(
        level=impact.level.value if impact.level is not None else None,
        reversible=impact.reversible,
        amount=float(facts.amount) if facts.amount is not None else _number(impact.amount),
        currency=facts.currency or impact.currency,
        summary=impact.summary,
    )


def _signals(packet: ReviewPacket) -> dict[str, Any]:
    signals = packet.signals
    return _present(
        confidence=signals.confidence,
        sentiment=signals.sentiment,
        sentiment_score=signals.sentiment_score,
        topics=list(signals.topics),
        asked_for_human=signals.asked_for_human,
        missing=list(signals.missing),
        policy_exception=signals.policy_exception,
    )


def _evidence(item: Evidence) -> dict[str, Any]:
    return _present(title=item.title, url=item.url, quote=item.quote)


def _utterance(line: Utterance) -> dict[str, Any]:
    return {"from": line.sender, "text": line.text}


def _number(claimed: str | None) -> float | None:
    amount = parse_amount(claimed) if claimed is not None else None
    return float(amount) if amount is not None else None


def _present(**parts: Any) -> dict[str, Any]:
    return {name: part for name, part in parts.items() if part is not None}


_PARTS: Mapping[str, Callable[[str, ReviewPacket, Facts], Any]] = {
    "agent": lambda agent, packet, facts: agent,
    "action": lambda agent, packet, facts: _action(packet, facts),
    "reasoning": lambda agent, packet, facts: packet.reasoning,
    "recommendation": lambda agent, packet, facts: packet.recommendation,
    "context": lambda agent, packet, facts: _context(packet.context),
    "impact": lambda agent, packet, facts: _impact(packet, facts),
    "signals": lambda agent, packet, facts: _signals(packet),
    "on_behalf_of": lambda agent, packet, facts: packet.on_behalf_of,
    "agent_version": lambda agent, packet, facts: packet.agent_version,
}
