"""The tables. Rows are not the domain: `mapping` goes between them.

Times are microseconds since 1970 (`stamps`). A column called `due_at` is null when nothing is to
be done, and its partial index then holds only what waits.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel


def _stamp(*, nullable: bool = False) -> Column[int]:
    return Column(BigInteger, nullable=nullable)


class ApprovalRow(SQLModel, table=True):
    """One approval request as it stands. Parts that only the lifecycle reads are JSON text."""

    __tablename__ = "approval"
    __table_args__ = (
        UniqueConstraint("agent", "idempotency_key", name="uq_approval_idempotency"),
        Index("ix_approval_agent", "agent", "id"),
        Index(
            "ix_approval_due",
            "due_at",
            sqlite_where=text("due_at IS NOT NULL"),
            postgresql_where=text("due_at IS NOT NULL"),
        ),
        Index(
            "ix_approval_open",
            "agent",
            "id",
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index(
            "ix_approval_pending",
            "id",
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index(
            "ix_approval_queue",
            "escalation_policy",
            "id",
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index(
            "ix_approval_decided",
            "escalation_policy",
            "ended_at",
            sqlite_where=text("ended_at IS NOT NULL"),
            postgresql_where=text("ended_at IS NOT NULL"),
        ),
    )
    id: str = Field(primary_key=True)
    agent: str
    status: str
    version: int
    revision: int
    created_at: int = Field(sa_column=_stamp())
    ended_at: int | None = Field(default=None, sa_column=_stamp(nullable=True))
    due_at: int | None = Field(default=None, sa_column=_stamp(nullable=True))
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
    __table_args__ = (Index("ix_command_at", "at"), {"sqlite_with_rowid": False})
    id: str = Field(primary_key=True)
    request_id: str
    answer: str = Field(sa_type=Text)
    at: int = Field(sa_column=_stamp())


class AuditRow(SQLModel, table=True):
    """One audit event in its subject's chain."""

    __tablename__ = "audit_event"
    __table_args__ = (
        Index(
            "ix_audit_unsealed",
            "at",
            sqlite_where=text("seal IS NULL"),
            postgresql_where=text("seal IS NULL"),
        ),
        {"sqlite_with_rowid": False},
    )
    subject: str = Field(primary_key=True)
    seq: int = Field(primary_key=True)
    kind: str
    actor: str
    at: int = Field(sa_column=_stamp())
    #: JSON text, hashed as it is
    facts: str = Field(sa_type=Text)
    #: JSON of name to [salt, value]; erased by setting null
    private: str | None = Field(default=None, sa_type=Text)
    hash: str
    seal: int | None = None


class ChainRow(SQLModel, table=True):
    """Head of the chain of a subject that has no row of its own: a key, the policy."""

    __tablename__ = "audit_chain"
    subject: str = Field(primary_key=True)
    seq: int
    head: str


class SealRow(SQLModel, table=True):
    """A signed Merkle root over audit events, chained to the seal before it."""

    __tablename__ = "audit_seal"
    number: int = Field(primary_key=True)
    previous: str
    root: str
    #: how many events
    leaves: int
    at: int = Field(sa_column=_stamp())
    kid: str
    signature: str = Field(sa_type=Text)


class CardRow(SQLModel, table=True):
    """A copy of the card: a redraw is a mark, wanted against shown version."""

    __tablename__ = "card"
    __table_args__ = (
        UniqueConstraint("request_id", "destination", "adopted", name="uq_card_copy"),
        Index(
            "ix_card_due",
            "destination",
            "due_at",
            sqlite_where=text("due_at IS NOT NULL"),
            postgresql_where=text("due_at IS NOT NULL"),
        ),
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
    shown_at: int | None = Field(default=None, sa_column=_stamp(nullable=True))
    created_at: int = Field(sa_column=_stamp())
    due_at: int | None = Field(default=None, sa_column=_stamp(nullable=True))
    leased_until: int | None = Field(default=None, sa_column=_stamp(nullable=True))
    attempts: int = 0
    #: a post was begun whose end is not known
    uncertain: bool = False
    why: str | None = None


class OutboxRow(SQLModel, table=True):
    """Something the outside must be told: a callback, a ping, a private answer."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index(
            "ix_outbox_due",
            "destination",
            "due_at",
            sqlite_where=text("due_at IS NOT NULL"),
            postgresql_where=text("due_at IS NOT NULL"),
        ),
        Index("ix_outbox_request", "request_id", "turn"),
    )
    id: str = Field(primary_key=True)
    #: `callback`, `ping` or `tell`
    kind: str
    request_id: str
    #: a callback's place among those of its request, from 1; 0 for lines
    turn: int = 0
    destination: str
    #: `waiting`, `held` (an earlier callback of the request goes first), `done` or `dead`
    state: str
    created_at: int = Field(sa_column=_stamp())
    due_at: int | None = Field(default=None, sa_column=_stamp(nullable=True))
    attempts: int = 0
    #: callback type, or the line of a ping or a private answer
    text: str = Field(sa_type=Text)
    #: JSON list of people to mention
    people: str | None = None
    url: str | None = None
    event_hash: str | None = None
    #: JSON of the request as it stood, until the body is frozen
    snapshot: str | None = Field(default=None, sa_type=Text)
    body: str | None = Field(default=None, sa_type=Text)
    settled_at: int | None = Field(default=None, sa_column=_stamp(nullable=True))
    why: str | None = None


class ReceiptRow(SQLModel, table=True):
    """The signed statement of a decision."""

    __tablename__ = "receipt"
    request_id: str = Field(primary_key=True)
    receipt: str = Field(sa_type=Text)


class ApiKeyRow(SQLModel, table=True):
    """An agent's API key; only its hash is stored."""

    __tablename__ = "api_key"
    id: str = Field(primary_key=True)
    agent: str = Field(index=True)
    token_hash: str
    created_at: int = Field(sa_column=_stamp())
    revoked_at: int | None = Field(default=None, sa_column=_stamp(nullable=True))


class CallbackSecretRow(SQLModel, table=True):
    """A callback secret of a key, encrypted."""

    __tablename__ = "callback_secret"
    id: str = Field(primary_key=True)
    key_id: str = Field(index=True)
    agent: str = Field(index=True)
    secret: str
    created_at: int = Field(sa_column=_stamp())
    #: until when it still signs, null for the current one
    expires_at: int | None = Field(default=None, sa_column=_stamp(nullable=True))


class SigningKeyRow(SQLModel, table=True):
    """A key that signs receipts and seals; the private half is encrypted."""

    __tablename__ = "signing_key"
    kid: str = Field(primary_key=True)
    private: str = Field(sa_type=Text)
    public: str = Field(sa_type=Text)
    created_at: int = Field(sa_column=_stamp())
    retired_at: int | None = Field(default=None, sa_column=_stamp(nullable=True))


class PolicyVersionRow(SQLModel, table=True):
    """A text of the policy that rulings were made under."""

    __tablename__ = "policy_version"
    version: str = Field(primary_key=True)
    body: str = Field(sa_type=Text)
    loaded_at: int = Field(sa_column=_stamp())


class WebLinkRow(SQLModel, table=True):
    """A one-time sign-in link; only its token's hash is stored."""

    __tablename__ = "web_link"
    token_hash: str = Field(primary_key=True)
    person: str
    expires_at: int = Field(sa_column=_stamp())
    used_at: int | None = Field(default=None, sa_column=_stamp(nullable=True))


class WebSessionRow(SQLModel, table=True):
    """A browser session; only its token's hash is stored."""

    __tablename__ = "web_session"
    token_hash: str = Field(primary_key=True)
    person: str
    created_at: int = Field(sa_column=_stamp())
    expires_at: int = Field(sa_column=_stamp())


class LeaseRow(SQLModel, table=True):
    """Work that only one process does at a time."""

    __tablename__ = "lease"
    name: str = Field(primary_key=True)
    holder: str
    until: int = Field(sa_column=_stamp())
