"""The tables. Rows are not the domain: `mapping` goes between them.

Times are microseconds since 1970 (`stamps`). A column called `due_at` is null when nothing is to
be done, and its partial index then holds only what waits.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel


def stamp(*, nullable: bool = False) -> Column[int]:
    """A column of microseconds since 1970."""
    return Column(BigInteger, nullable=nullable)


def partial(name: str, *columns: str, where: str) -> Index:
    """An index of some of the rows; a query finds it by saying which, in these very words."""
    return Index(name, *columns, sqlite_where=text(where), postgresql_where=text(where))


class ApprovalRow(SQLModel, table=True):
    """One approval request as it stands. Parts that only the lifecycle reads are JSON text."""

    __tablename__ = "approval"
    __table_args__ = (
        UniqueConstraint("agent", "idempotency_key", name="uq_approval_idempotency"),
        Index("ix_approval_agent", "agent", "id"),
        partial("ix_approval_due", "due_at", where="due_at IS NOT NULL"),
        partial("ix_approval_open", "agent", "id", where="ended_at IS NULL"),
        partial("ix_approval_pending", "id", where="ended_at IS NULL"),
        partial("ix_approval_queue", "escalation_policy", "id", where="ended_at IS NULL"),
        partial("ix_approval_precedence", "precedence", "id", where="ended_at IS NULL"),
        partial("ix_approval_sampled", "id", where="ended_at IS NOT NULL AND due_at IS NOT NULL"),
        partial("ix_approval_same", "sameness", "id", where="ended_at IS NULL"),
        partial("ix_approval_answered", "escalation_policy", "answered_at", where="answered_at IS NOT NULL"),
        partial("ix_approval_ended", "ended_at", where="ended_at IS NOT NULL"),
        partial("ix_approval_over", "agent", "status", "id", where="ended_at IS NOT NULL"),
        partial("ix_approval_kept", "action", "ended_at", where="ended_at IS NOT NULL AND erased_at IS NULL"),
    )
    id: str = Field(primary_key=True)
    agent: str
    status: str
    version: int
    revision: int
    created_at: int = Field(sa_column=stamp())
    ended_at: int | None = Field(default=None, sa_column=stamp(nullable=True))
    #: when people decided it; null while it waits, and when it ended in another way
    answered_at: int | None = Field(default=None, sa_column=stamp(nullable=True))
    due_at: int | None = Field(default=None, sa_column=stamp(nullable=True))
    #: when what it held of people was erased
    erased_at: int | None = Field(default=None, sa_column=stamp(nullable=True))
    #: its place among those that wait, the smaller the earlier (`domain.precedence`)
    precedence: int
    #: equal for requests that ask for the same (`domain.sameness`)
    sameness: str
    action: str
    escalation_policy: str
    #: hash of the terms' text
    terms: str
    proposal: str = Field(sa_type=Text)
    progress: str = Field(sa_type=Text)
    #: head of the request's audit chain
    audit_seq: int
    audit_head: str
    idempotency_key: str | None = None
    body_digest: str | None = None
    #: of what its events promise of this row (`promises`); null for what an earlier version took in
    salts: str | None = None


class PacketRow(SQLModel, table=True):
    """What reviewers are shown, one row a revision."""

    __tablename__ = "review_packet"
    request_id: str = Field(primary_key=True)
    revision: int = Field(primary_key=True)
    packet: str = Field(sa_type=Text)


class TermsRow(SQLModel, table=True):
    """Terms by the hash of their text; never changed, shared by every request that came under them."""

    __tablename__ = "terms"
    hash: str = Field(primary_key=True)
    body: str = Field(sa_type=Text)


class CommandRow(SQLModel, table=True):
    """A command that was folded, with its answer: the same command again finds it."""

    __tablename__ = "command"
    __table_args__ = (Index("ix_command_at", "at"),)
    id: str = Field(primary_key=True)
    request_id: str
    answer: str = Field(sa_type=Text)
    at: int = Field(sa_column=stamp())


class CardRow(SQLModel, table=True):
    """A copy of the card: a redraw is a mark, wanted against shown version."""

    __tablename__ = "card"
    __table_args__ = (
        UniqueConstraint("request_id", "destination", "adopted", name="uq_card_copy"),
        partial("ix_card_due", "destination", "due_at", where="due_at IS NOT NULL"),
        partial("ix_card_message", "message", where="message IS NOT NULL"),
        partial("ix_card_batch", "batch", "id", where="batch IS NOT NULL"),
    )
    id: str = Field(primary_key=True)
    request_id: str
    destination: str
    #: message of a copy that a press told of; empty for the one that was asked for
    adopted: str = ""
    state: str = "wanted"
    message: str | None = None
    wanted_version: int
    shown_version: int = 0
    shown_at: int | None = Field(default=None, sa_column=stamp(nullable=True))
    #: of what it shows; null for what an earlier version drew
    shown_digest: str | None = None
    created_at: int = Field(sa_column=stamp())
    due_at: int | None = Field(default=None, sa_column=stamp(nullable=True))
    leased_until: int | None = Field(default=None, sa_column=stamp(nullable=True))
    attempts: int = 0
    #: a post was begun whose end is not known
    uncertain: bool = False
    why: str | None = None
    #: the batch card in whose message it stands
    batch: str | None = None
    #: never put into a batch card
    alone: bool = False


#: what an operator may have to look after
STUCK = "state IN ('held', 'dead')"


class OutboxRow(SQLModel, table=True):
    """Something the outside must be told: a callback, a line beside a card, a private answer or question."""

    __tablename__ = "outbox"
    __table_args__ = (
        partial("ix_outbox_due", "destination", "due_at", where="due_at IS NOT NULL"),
        Index("ix_outbox_request", "request_id", "turn"),
        partial("ix_outbox_stuck", "state", "id", where=STUCK),
    )
    id: str = Field(primary_key=True)
    #: `callback`, `ping`, `tell` or `review`
    kind: str
    request_id: str
    #: a callback's place among those of its request, from 1; 0 for lines
    turn: int = 0
    destination: str
    #: `waiting`, `held` (an earlier callback of the request goes first), `done` or `dead`
    state: str
    created_at: int = Field(sa_column=stamp())
    due_at: int | None = Field(default=None, sa_column=stamp(nullable=True))
    #: end of the lease, until the attempt is settled
    leased_until: int | None = Field(default=None, sa_column=stamp(nullable=True))
    attempts: int = 0
    #: callback type, or the line of a ping or a private answer; empty for what is drawn when it is sent
    text: str = Field(sa_type=Text)
    #: JSON list of people to mention
    people: str | None = None
    url: str | None = None
    event_hash: str | None = None
    #: JSON of the request as it stood, until the body is frozen
    snapshot: str | None = Field(default=None, sa_type=Text)
    body: str | None = Field(default=None, sa_type=Text)
    settled_at: int | None = Field(default=None, sa_column=stamp(nullable=True))
    why: str | None = None


class ReceiptRow(SQLModel, table=True):
    """The signed statement of a decision."""

    __tablename__ = "receipt"
    request_id: str = Field(primary_key=True)
    receipt: str = Field(sa_type=Text)
