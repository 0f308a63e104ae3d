"""What came of carrying one job."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.ports import Done, GiveUp, RetryLater, Sent


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What a copy, or a batch of them, shows."""

    #: digest of all that stands there
    digest: str
    #: the request's version; of a batch, the version of each by request id
    version: int = 0
    versions: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The end of one attempt."""

    sent: Sent
    #: whether the outside was asked at all; else `sent` is our own conclusion
    asked: bool = True
    #: what stands there now
    shown: Shown | None = None


def not_yet(why: str) -> Outcome:
    """Something else has to happen first."""
    return Outcome(sent=RetryLater(why=why), asked=False)


def moot() -> Outcome:
    """There is nothing left to say."""
    return Outcome(sent=Done(), asked=False)


def hopeless(why: str) -> Outcome:
    """It can never be sent as things are."""
    return Outcome(sent=GiveUp(why=why), asked=False)
