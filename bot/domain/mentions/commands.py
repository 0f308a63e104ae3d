"""Commands: what somebody can want of the bot, as values.

Names of people, groups and channels are texts here, as they are printed back: `@ben`, `#refunds`,
`slack:C0123`, `here`. What they stand for is looked up by whoever carries the command out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from bot.domain.mentions.moments import Moment
from bot.domain.mentions.spans import Span

#: the channel that the command was said in
HERE = "here"


@dataclass(frozen=True, slots=True, kw_only=True)
class Help:
    """`help`, `help route`."""

    topic: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """`pending`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Show:
    """`show apr_…`; in a card's thread `show` alone."""

    request_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """`route refund.* to #finance when impact.amount > 500 until friday`."""

    match: str
    to: tuple[str, ...]
    #: a condition in CEL
    when: str | None = None
    until: Moment | None = None
    #: said with `confirm`, so that nobody is asked again
    confirmed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Routes:
    """`routes`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unroute:
    """`unroute NAME`."""

    name: str
    confirmed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Undo:
    """`undo`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirm:
    """`yes`: what was previewed last takes effect."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decline:
    """`no`: what was previewed last does not take effect."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SendTo:
    """`to @ben` in a card's thread, or `add @ben`."""

    to: tuple[str, ...]
    #: beside those who are asked, not instead of them
    adds: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """`claim` in a card's thread."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalate:
    """`escalate [why]` in a card's thread."""

    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskAgent:
    """`ask …` in a card's thread."""

    question: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdraw:
    """`cancel …` in a card's thread: a lead withdraws the request."""

    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Away:
    """`away until monday, @bob covers`."""

    until: Moment | None = None
    cover: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Back:
    """`back`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """`pause refund.*`."""

    match: str
    until: Moment | None = None
    confirmed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Resume:
    """`resume refund.*`; `resume` alone ends the only pause there is."""

    match: str | None = None
    confirmed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Stats:
    """`stats by rule for refund.* last 4 weeks`."""

    #: a dimension, as the measures name it
    by: str | None = None
    #: a pattern over actions
    match: str | None = None
    span: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbox:
    """`inbox`: a one-time link to the browser inbox."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotUnderstood:
    """Nothing that the bot knows; what to say instead."""

    #: why it was not understood; one sentence, which quotes nothing that was said
    why: str
    #: a command that is understood, and near to what was said
    example: str


Command: TypeAlias = (
    Help
    | Pending
    | Show
    | Route
    | Routes
    | Unroute
    | Undo
    | Confirm
    | Decline
    | SendTo
    | Claim
    | Escalate
    | AskAgent
    | Withdraw
    | Away
    | Back
    | Pause
    | Resume
    | Stats
    | Inbox
)
