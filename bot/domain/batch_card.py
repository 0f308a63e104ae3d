"""The batch card in neutral words: one card for many requests that came in a burst.

It is a list that everybody sees alike and nobody decides on: its buttons open a view of one's own, in which
the requests are turned over and decided one by one. So nothing that decides ever moves under a finger.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.card import Line, Tone

#: lines of a list while anything waits, and of the record once nothing does
MOST_WAITING = 10
MOST_ON_RECORD = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchLine:
    """One request of a batch."""

    request_id: str
    #: opaque, unforgeable value of the button that opens it
    reference: str
    tone: Tone
    #: what will happen if somebody approves, or what became of it; may hold an agent's words
    headline: str
    #: agent, amount, risk; `Approved by Ann` once it is over
    details: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchCard:
    """Everything a batch card shows, in reading order."""

    batch_id: str
    #: `30 requests wait here`
    title: str
    #: `Waiting` while any of them does
    tone: Tone
    #: how many were decided how, empty while none was
    so_far: str
    #: the riskiest and oldest that wait; all of them once nothing does, as far as there is room
    lines: tuple[BatchLine, ...]
    #: how many are not in the list
    more: int
    #: when the first of those that wait moves on or ends
    footer: tuple[Line, ...]
    #: value of the button that opens one's own view at the first that waits, or at the first of all
    reference: str
    #: what that button says
    label: str
    #: ids of the people a new copy mentions
    mentions: tuple[str, ...]
    #: one line for notifications and screen readers
    fallback: str
