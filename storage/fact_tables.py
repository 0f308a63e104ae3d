"""The tables of facts that decisions read beside the request, and of presses that wait for one."""

from __future__ import annotations

from sqlalchemy import Column, Text
from sqlmodel import Field, SQLModel

from storage.tables import stamp


class FactVersionRow(SQLModel, table=True):
    """A kind of facts that is read whole: another version says that it has to be read again."""

    __tablename__ = "fact_version"
    kind: str = Field(primary_key=True)
    version: int


class MembershipRow(SQLModel, table=True):
    """What a platform said of a group, and when it is asked again."""

    __tablename__ = "membership"
    #: `slack:T01/S01`
    source: str = Field(primary_key=True)
    #: JSON
    accounts: str = Field(default="[]", sa_column=Column(Text, nullable=False))
    #: 0 while it was never read
    fetched_at: int = Field(sa_column=stamp())
    fault: str = ""
    due_at: int = Field(sa_column=stamp())
    #: not asked before this, whoever waits
    rests_until: int = Field(sa_column=stamp())
    leased_until: int = Field(sa_column=stamp())


class HeldPressRow(SQLModel, table=True):
    """A press that waits until it is known who is in a group."""

    __tablename__ = "held_press"
    #: the press's command id
    id: str = Field(primary_key=True)
    request_id: str
    #: JSON of the move
    press: str = Field(sa_column=Column(Text, nullable=False))
    #: JSON list of the sources it waits for
    sources: str = Field(sa_column=Column(Text, nullable=False))
    held_at: int = Field(sa_column=stamp())
