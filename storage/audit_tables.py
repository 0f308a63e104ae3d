"""The tables of the audit: events, heads of chains, seals."""

from __future__ import annotations

from sqlalchemy import Index, Text, text
from sqlmodel import Field, SQLModel

from storage.tables import stamp


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
        Index(
            "ix_audit_seal",
            "seal",
            sqlite_where=text("seal IS NOT NULL"),
            postgresql_where=text("seal IS NOT NULL"),
        ),
    )
    subject: str = Field(primary_key=True)
    seq: int = Field(primary_key=True)
    kind: str
    actor: str
    at: int = Field(sa_column=stamp())
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
    at: int = Field(sa_column=stamp())
    kid: str
    signature: str = Field(sa_type=Text)


class LeaseRow(SQLModel, table=True):
    """Work that only one process does at a time."""

    __tablename__ = "lease"
    name: str = Field(primary_key=True)
    holder: str
    until: int = Field(sa_column=stamp())
