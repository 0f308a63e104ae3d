"""Moves: what can happen to a request that exists. Imperative names; each carries its own command id.

A command id is made before the move is queued and is recorded with it, so that a move whose
COMMIT was in doubt finds its own result when it is run again, and the same press delivered twice
happens once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.choice import Choice
from bot.domain.directory import Directory, Identity
from bot.domain.packet import ReviewPacket
from bot.domain.ratings import Rated
from bot.domain.request import Proposal, Reason
from bot.domain.status import OutcomeStatus
from bot.domain.terms import Target, Terms


class Surface(StrEnum):
    """Where the press was made."""

    CARD = "card"  # the copy that everybody shares
    VIEW = "view"  # the person's own view of the whole packet


@dataclass(frozen=True, slots=True, kw_only=True)
class Presser:
    """The account behind a press, with what the platform vouches for."""

    identity: Identity
    #: as the platform shows it, for refusals and records only
    name: str = ""
    is_bot: bool = False
    is_guest: bool = False
    #: from another organisation through a shared channel
    is_outside: bool = False
    #: the account was closed, though something still presses under it
    is_deactivated: bool = False
    #: tells one browser's session from another, and opens nothing
    session: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edited:
    """What an edit proposes instead, ruled on anew."""

    proposal: Proposal
    packet: ReviewPacket
    #: the terms that a new request with these arguments would have; None for those it has
    terms: Terms | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """Something that happens to one request."""

    request_id: str
    #: unique for ever
    command_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentMove(Move):
    """The agent does something about its own request."""

    agent: str
    #: the id of the API key that it came with
    key: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Press(Move):
    """A person pressed a button, submitted a form, or typed a command."""

    presser: Presser
    choice: Choice
    #: the revision that the person was shown; None where none was, as in a typed command, which cannot vote
    revision: int | None
    #: step and round that the card showed; guards a forced step against a second press
    step: int | None = None
    round: int | None = None
    surface: Surface = Surface.CARD
    reason: Reason | None = None
    #: the question, or why it is escalated or handed over, as the person wrote it
    words: str = ""
    #: to whom it is handed over: the id of a person in the policy
    to: str | None = None
    edited: Edited | None = None
    rated: Rated | None = None
    #: what the person typed to confirm it
    confirmed: str = ""
    #: where a private answer reaches the presser; None when the caller gives it itself
    reply_to: str | None = None
    #: where one reaches them after the call has ended; None when nothing does
    later_to: str | None = None
    #: whether it may be held until it is known who is in a group; not for ever
    may_wait: bool = True
    #: the copy it was pressed on: destination and message id, to adopt an unknown one
    copy_destination: str | None = None
    copy_message: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenView(Move):
    """A person opened their own view of the whole packet."""

    presser: Presser
    revision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Due(Move):
    """A time has come; made by nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancel(AgentMove):
    """The agent withdraws its request."""

    reason: str
    #: the request that takes its place
    superseded_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportOutcome(AgentMove):
    """The agent says what came of it."""

    status: OutcomeStatus
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Redeem(AgentMove):
    """The agent takes the approval, just before acting."""

    digest: str
    redemption_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Say(AgentMove):
    """The agent answers a reviewer's question, or adds a word."""

    text: str
    reply_to: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark(Move):
    """A person said something in the thread of a card."""

    presser: Presser
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Redirect(Move):
    """A reviewer or a lead has the current step ask others."""

    presser: Presser
    to: tuple[Target, ...]
    #: beside those who are asked, not instead of them
    adds: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdraw(Move):
    """A lead withdraws a request."""

    presser: Presser
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover(Move):
    """A person is away, so that whoever stands in is asked."""

    person: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkPause(Move):
    """Approving was paused, or is possible again."""

    person: str
    match: str
    begins: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CardPosted(Move):
    """A copy of the card stands in a channel now."""

    destination: str
    #: digest of what was shown
    shown_digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CardUndeliverable(Move):
    """A channel cannot be reached, and trying again will not help."""

    destination: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackSettled(Move):
    """A callback was taken by its receiver, or given up."""

    type: str
    delivered: bool
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a fold may know beside the request: the time, and who is who. Looked up before, never during."""

    now: datetime
    directory: Directory
