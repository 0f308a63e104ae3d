"""What came of carrying one job."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.card import Card
from bot.ports import Done, GiveUp, RetryLater, Sent


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The end of one attempt."""

    sent: Sent
    #: whether the outside was asked at all; else `sent` is our own conclusion
    asked: bool = True
    #: the card that stands there now
    card: Card | None = None


def not_yet(why: str) -> Outcome:
    """Something else has to happen first."""
    return Outcome(sent=RetryLater(why=why), asked=False)


def moot() -> Outcome:
    """There is nothing left to say."""
    return Outcome(sent=Done(), asked=False)


def hopeless(why: str) -> Outcome:
    """It can never be sent as things are."""
    return Outcome(sent=GiveUp(why=why), asked=False)
