"""From the wire to the domain: a submit body as review packet and what is asked beside it."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec

from adapters.agents import payload
from adapters.agents.faults import BadField
from adapters.agents.payload import NOT_BLANK, REMEDIES
from bot.canonical import NotCanonical, canonical
from bot.domain import packet
from bot.domain.packet import ReviewPacket
from bot.domain.status import ImpactLevel
from bot.domain.text import inert
from bot.submissions import Asked

#: canonical JSON can be longer than what came (1e20 grows to 21 digits), but never this many times
_LARGEST_GROWTH = 6

_NO_CONTEXT = packet.Context()
_NO_IMPACT = packet.Impact()
_NO_SIGNALS = packet.Signals()
_LEVELS = {level.value: level for level in ImpactLevel}


def packet_of(body: payload.SubmitBody, size: int) -> ReviewPacket:
    """The review packet of a body that had `size` bytes; raises `Invalid` for what is too large or unseen."""
    _check_sizes(body, size)
    _check_visible("reasoning", body.reasoning)
    _check_visible("action.summary", body.action.summary)
    return ReviewPacket(
        action=_action(body.action),
        reasoning=body.reasoning,
        recommendation=body.recommendation,
        context=_context(body.context) if body.context is not None else _NO_CONTEXT,
        impact=_impact(body.impact) if body.impact is not None else _NO_IMPACT,
        signals=_signals(body.signals) if body.signals is not None else _NO_SIGNALS,
        on_behalf_of=body.on_behalf_of,
        agent_version=body.agent_version,
        state=body.state,
    )


def asked_of(body: payload.SubmitBody) -> Asked:
    """What the body asks for beside its packet; raises `Invalid` for a deadline that no clock can show."""
    return Asked(
        route=body.route,
        needed_by=_utc(body.needed_by, "needed_by") if body.needed_by is not None else None,
        choices=tuple(body.choices) if body.choices is not None else None,
        callback_url=body.callback.url if body.callback is not None else None,
    )


def _check_sizes(body: payload.SubmitBody, size: int) -> None:
    if size * _LARGEST_GROWTH > payload.MOST_ARGUMENT_BYTES:
        try:
            length = len(canonical(body.action.arguments))
        except NotCanonical as error:
            raise BadField(
                f"cannot be hashed ({error.sentence})", "send it as text", field="action.arguments"
            ) from None
        _check_size("action.arguments", length, payload.MOST_ARGUMENT_BYTES)
    if size > payload.MOST_STATE_BYTES:
        _check_size("state", len(msgspec.json.encode(body.state)), payload.MOST_STATE_BYTES)


def _check_visible(field: str, text: str | None) -> None:
    """A pattern knows blanks only; there are other characters that nobody can see."""
    if text is not None and not text.isascii() and not inert(text):
        raise BadField("shows nothing to a reader", REMEDIES[NOT_BLANK], field=field)


def _check_size(field: str, size: int, most: int) -> None:
    if size > most:
        raise BadField(f"has {size:,} bytes", f"send at most {most:,} bytes", field=field)


def _action(action: payload.Action) -> packet.ProposedAction:
    effects = action.effects
    told = {} if effects is None else {"approve": effects.approve, "reject": effects.reject}
    return packet.ProposedAction(
        name=action.name,
        arguments=action.arguments,
        summary=action.summary,
        audience=action.audience,
        effects={choice: effect for choice, effect in told.items() if effect is not None},
    )


def _context(context: payload.Context) -> packet.Context:
    subject = context.subject
    return packet.Context(
        subject=None
        if subject is None
        else packet.Subject(id=subject.id, name=subject.name, tier=subject.tier, facts=subject.facts),
        issue=context.issue,
        tried=tuple(context.tried),
        evidence=tuple([packet.Evidence(title=e.title, url=e.url, quote=e.quote) for e in context.evidence]),
        conversation=tuple([_utterance(at, line) for at, line in enumerate(context.conversation)]),
    )


def _utterance(position: int, line: payload.Utterance) -> packet.Utterance:
    at = line.at
    if at is not None and at.tzinfo is not UTC:
        at = _utc(at, f"context.conversation[{position}].at")
    return packet.Utterance(sender=line.sender, text=line.text, at=at)


def _impact(impact: payload.Impact) -> packet.Impact:
    return packet.Impact(
        level=_LEVELS[impact.level] if impact.level is not None else None,
        reversible=impact.reversible,
        amount=impact.amount,
        currency=impact.currency,
        summary=impact.summary,
    )


def _signals(signals: payload.Signals) -> packet.Signals:
    return packet.Signals(
        confidence=signals.confidence,
        sentiment=signals.sentiment,
        sentiment_score=signals.sentiment_score,
        topics=tuple(signals.topics),
        asked_for_human=signals.asked_for_human,
        missing=tuple(signals.missing),
        policy_exception=signals.policy_exception,
    )


def _utc(at: datetime, field: str) -> datetime:
    try:
        return at.astimezone(UTC)
    except OverflowError:
        raise BadField("lies outside the years 1 to 9999", "send a real time", field=field) from None
