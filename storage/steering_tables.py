"""The tables of what is set by mention."""

from __future__ import annotations

from sqlalchemy import Index, Text
from sqlmodel import Field, SQLModel

from storage.tables import stamp


class SteeringEntryRow(SQLModel, table=True):
    """What holds: a route, a pause, an absence."""

    __tablename__ = "steering_entry"
    kind: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    #: JSON of the value
    body: str = Field(sa_type=Text)
    #: the version that set it; the newest routes are tried first
    version: int


class SteeringChangeRow(SQLModel, table=True):
    """Every version of every entry, by the change that made it."""

    __tablename__ = "steering_change"
    __table_args__ = (Index("ix_steering_change_person", "person", "version"),)
    id: str = Field(primary_key=True)
    version: int
    kind: str
    name: str
    person: str
    #: JSON of what held before and after, null for nothing
    before: str | None = Field(default=None, sa_type=Text)
    after: str | None = Field(default=None, sa_type=Text)
    made_at: int = Field(sa_column=stamp())
    undoes: str | None = None
    undone_by: str | None = None


class SteeringPreviewRow(SQLModel, table=True):
    """A command that waits for whoever said it."""

    __tablename__ = "steering_preview"
    __table_args__ = (Index("ix_steering_preview_person", "person", "channel", "made_at"),)
    id: str = Field(primary_key=True)
    person: str
    channel: str
    command: str = Field(sa_type=Text)
    zone: str
    #: JSON
    labels: str = Field(sa_type=Text)
    made_at: int = Field(sa_column=stamp())
