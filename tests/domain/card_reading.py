"""Reading cards in tests: lines as text, moments as minutes after `NOW`."""

from typing import Any

from bot.domain.card import Card, LabelledValue, Line
from bot.domain.drawing import draw
from bot.domain.packet import (
    ReviewPacket,
)
from bot.domain.request import ApprovalRequest
from tests.builders import (
    NOW,
    a_directory,
    a_packet,
)


def card_of(request: ApprovalRequest, packet: ReviewPacket | None = None, **changes: Any) -> Card:
    original = changes.pop("original", None)
    directory = changes.pop("directory", None) or a_directory()
    said = changes.pop("said", ())
    shown = packet or a_packet(**changes)
    return draw(request, shown, directory, reference="ref", original=original, said=said)


def fact(card: Card, label: str) -> LabelledValue:
    (found,) = [each for each in card.facts if each.label == label]
    return found


def said(card: Card) -> dict[str, str]:
    return {quotation.heading: quotation.text for quotation in card.quotations}


def words(lines: tuple[Line, ...]) -> list[str]:
    """Lines as text, moments as minutes after `NOW`."""
    return [
        "".join(p if isinstance(p, str) else f"{(p - NOW).total_seconds() / 60:g}m" for p in line)
        for line in lines
    ]


def status(card: Card) -> str:
    return words((card.status,))[0]


def labels(card: Card) -> list[str]:
    return [button.label for button in card.buttons]
