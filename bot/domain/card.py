"""The review card in neutral words: what every platform shows, drawn anew from current state each time.

Adapters lay it out; they write no sentences. Text that came from an agent sits in fields marked
so, already inert (`text.inert`); platforms still escape their own markup.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

#: a line of words and moments; platforms show moments in the viewer's own time
Line: TypeAlias = tuple[str | datetime, ...]


class Tone(StrEnum):
    """How the card looks at a glance."""

    WAITING = "waiting"
    APPROVED = "approved"
    REJECTED = "rejected"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    #: approved, and the agent reported that it failed or was undone
    FAILED = "failed"


class Press(StrEnum):
    """What a button does."""

    APPROVE = "approve"
    REJECT = "reject"
    #: objecting while silence approves, which any one person can
    STOP = "stop"
    #: taking back what a rule approved
    OVERRIDE = "override"
    #: the form in which arguments are changed
    EDIT = "edit"
    #: the person's own view, which carries the approval of a high impact
    REVIEW = "review"
    DETAILS = "details"
    #: masked values, for the presser alone
    REVEAL = "reveal"
    ESCALATE = "escalate"
    #: the verdicts of a quality check; the second asks for a reason
    AGREE = "agree"
    DISAGREE = "disagree"
    #: the form in which a decision is rated afterwards
    RATE = "rate"
    #: the form with everything else that can be done
    MORE = "more"
    #: one's own view of a batch card, its other requests, and the way back
    OPEN = "open"
    NEXT = "next"
    PREVIOUS = "previous"
    CLOSE = "close"


class Style(StrEnum):
    """How a button looks."""

    PRIMARY = "primary"
    DANGER = "danger"
    PLAIN = "plain"


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """One thing to press."""

    press: Press
    label: str
    style: Style = Style.PLAIN


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledValue:
    """A short label and a short value, side by side."""

    label: str
    value: str
    #: whether the value is the agent's claim rather than derived
    claimed: bool = False


#: headings that begin with no name
_NO_NAMES = frozenset(
    {
        *("Reasoning", "Recommendation", "The issue as stated", "Tried so far"),
        *("What came of it", "Why it was withdrawn"),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotation:
    """A longer text under a heading."""

    heading: str
    text: str
    #: whether these are the agent's words
    from_agent: bool = True
    #: whether it was said about the request rather than in it: a reviewer's reason, what came of it
    on_record: bool = False

    @property
    def mention(self) -> str:
        """The heading amid a sentence; a name at its beginning stays as it is."""
        first, rest = self.heading[:1], self.heading[1:]
        return f"{first.lower()}{rest}" if self.heading in _NO_NAMES else self.heading


@dataclass(frozen=True, slots=True, kw_only=True)
class ArgumentLine:
    """One argument of the action, as a path and its value; long values are whole."""

    #: such as `order` or `lines[0].sku`
    path: str
    value: str
    masked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A piece of evidence; the address is shown as text and never becomes a link."""

    title: str
    url: str | None
    quote: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """Everything a copy shows, in reading order."""

    request_id: str
    #: state version that this drawing shows
    version: int
    revision: int
    #: opaque, unforgeable value of every button
    reference: str
    tone: Tone
    #: `Waiting for a decision`, `Approved by Ann`, with the moment
    status: Line
    #: what will happen if somebody approves
    headline: str
    #: in a view of a batch card: which of how many this is
    position: str = ""
    #: which agent asks, for whom
    asked_by: str
    #: what pressing approve and reject will cause
    effects: tuple[LabelledValue, ...]
    #: amount, impact, customer …
    facts: tuple[LabelledValue, ...]
    #: why it was routed here, and which rule says so
    why_here: str
    #: what is unusual: high impact, cannot be undone, missing information
    warnings: tuple[str, ...]
    #: reasoning, recommendation, issue, tried
    quotations: tuple[Quotation, ...]
    evidence: tuple[Source, ...]
    conversation: tuple[Quotation, ...]
    #: every argument, none left out
    arguments: tuple[ArgumentLine, ...]
    #: what people and the agent said about it, the newest last; earlier words are in the audit trail
    said: tuple[Quotation, ...] = ()
    #: who voted what so far
    votes: tuple[Line, ...]
    #: deadline, next step, who holds it, delivery, outcome
    footer: tuple[Line, ...]
    buttons: tuple[Button, ...]
    #: ids of the people a new copy mentions
    mentions: tuple[str, ...]
    #: what it was about was erased, so that there is nothing more to see
    is_erased: bool = False
    #: what has to be typed beside an approval, empty for nothing
    confirm: str = ""
    #: it is over, and nobody was ever asked: whoever reads it sees it for the first time
    is_news: bool = False
    #: one line for notifications and screen readers
    fallback: str
