"""Effects: what the outside must be told, stored in the same transaction as its cause."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias


class CallbackType(StrEnum):
    """What a callback announces."""

    APPROVED = "approval.approved"
    REJECTED = "approval.rejected"
    EXPIRED = "approval.expired"
    CANCELLED = "approval.cancelled"
    ESCALATED = "approval.escalated"
    QUESTION = "approval.question"
    REVERTED = "approval.reverted"


@dataclass(frozen=True, slots=True, kw_only=True)
class PostCard:
    """Give this destination a copy of the card."""

    destination: str
    step: int
    round: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RedrawCards:
    """Every copy is out of date."""

    #: decisions go before footers
    urgent: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Ping:
    """Say a line beside the card so that people are notified."""

    destination: str
    line: str
    #: ids of the people to mention
    people: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Tell:
    """Answer one person privately."""

    #: opaque address made by the platform's adapter, beginning with `<platform>:`
    address: str
    sentence: str
    #: the id of the person who gets a link with it that signs them in and leads to the request
    sign_in: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SendCallback:
    """Tell the agent platform."""

    type: CallbackType
    url: str


Effect: TypeAlias = PostCard | RedrawCards | Ping | Tell | SendCallback
