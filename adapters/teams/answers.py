"""What an activity is answered with: nothing, or for a button a card that the presser alone sees.

learn.microsoft.com/adaptive-cards/authoring-cards/universal-action-model#response-format
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from adapters.teams.blocks import Block

CARD = "application/vnd.microsoft.card.adaptive"
ERROR = "application/vnd.microsoft.error"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """The answer over HTTP."""

    status: int
    #: None for an empty one
    body: dict[str, Any] | None = None


#: taken, and there is nothing to say
TAKEN = Answered(status=200)


def shown(card: Block) -> Answered:
    """The presser sees this card in place of the shared one, until that changes."""
    return Answered(status=200, body={"statusCode": 200, "type": CARD, "value": card})


def refused(sentence: str) -> Answered:
    """The presser sees this sentence with the card unchanged; for what no card of ours would send."""
    problem = {"code": "BadRequest", "message": sentence}
    return Answered(status=200, body={"statusCode": 400, "type": ERROR, "value": problem})
