"""How much there is to read in a packet: what a card shows of it. The conversation stands elsewhere."""

from __future__ import annotations

from collections.abc import Iterator

from bot.domain.arguments import leaves
from bot.domain.packet import ReviewPacket


def length(packet: ReviewPacket, summary: str) -> int:
    """Characters that a reviewer has to read before they know what they decide on."""
    return len(summary) + sum(len(text) for text in _texts(packet) if text)


def _texts(packet: ReviewPacket) -> Iterator[str | None]:
    yield packet.reasoning
    yield packet.recommendation
    yield packet.impact.summary
    yield from _context(packet)
    for path, value in leaves(packet.action.arguments):
        yield str(path[-1])
        yield str(value)


def _context(packet: ReviewPacket) -> Iterator[str | None]:
    context = packet.context
    yield context.issue
    yield from context.tried
    for evidence in context.evidence:
        yield evidence.title
        yield evidence.quote
    if context.subject is not None:
        yield context.subject.name
        for name, value in context.subject.facts.items():
            yield name
            yield value
