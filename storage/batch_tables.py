"""The table of batch cards. Their requests are those whose copies name them."""

from __future__ import annotations

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from storage.tables import stamp


class BatchCardRow(SQLModel, table=True):
    """One message for many copies; what is due is said by the copies, when it may go by this row."""

    __tablename__ = "batch_card"
    __table_args__ = (Index("ix_batch_card_place", "destination", "created_at"),)
    id: str = Field(primary_key=True)
    destination: str
    created_at: int = Field(sa_column=stamp())
    message: str | None = None
    #: end of the lease, of the wait for the next attempt, or of the rest after a drawing
    rests_until: int | None = Field(default=None, sa_column=stamp(nullable=True))
    attempts: int = 0
    #: whether what comes to the channel soon after it joins; else it holds what asks for the same
    is_burst: bool
    #: a post was begun whose end is not known
    uncertain: bool = False
