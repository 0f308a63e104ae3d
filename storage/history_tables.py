"""The table of counts: how often something was asked before, how often it ran by itself, what people said."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index
from sqlmodel import Field, SQLModel


class HistoryCountRow(SQLModel, table=True):
    """Counts of one day under one key; `history_keys` says what keys stand for.

    Whoever wants a number adds rows up: each process writes rows of its own (`shard`), so that none waits for
    another. Days that are past their time are added to the row of day 0.
    """

    __tablename__ = "history_count"
    # The key is the way in; SQLite would otherwise keep every row twice.
    __table_args__ = (Index("ix_history_count_day", "day", "key"), {"sqlite_with_rowid": False})
    key: str = Field(primary_key=True)
    #: hash of the action, empty where the key stands for all of them
    action: str = Field(primary_key=True)
    #: days since 1970, UTC; 0 for everything before the days that are kept singly
    day: int = Field(primary_key=True)
    #: of the amount, empty where none was counted
    currency: str = Field(primary_key=True)
    shard: int = Field(primary_key=True)
    submitted: int = 0
    #: what a rule let run without waiting for a person
    automatic: int = 0
    #: what people decided
    approved: int = 0
    rejected: int = 0
    #: what the automatic ones came to, in ten-thousandths
    amount: int = Field(sa_column=Column(BigInteger, nullable=False))
