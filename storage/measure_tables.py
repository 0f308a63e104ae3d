"""The tables of the measures: one narrow row a request, one a vote, and their sums by week.

All of it is worked out from the record and can be worked out again. Weeks are Mondays, `2026-03-02`,
durations milliseconds, confidence thousandths. `measure` holds nothing of what a request was about, and is
what other programs should read.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, LargeBinary, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.tables import partial, stamp

#: what somebody may look for among very many requests that went their way
MARKED = (
    "outcome IN ('failed', 'reverted') OR rated_right IS NOT NULL OR agreed IS NOT NULL"
    " OR reverted OR edited OR hasty"
)


def milliseconds() -> Column[int]:
    """A column of a duration that may not be known."""
    return Column(BigInteger, nullable=True)


class MeasureRow(SQLModel, table=True):
    """What one request contributes to the numbers (`domain.measures.measure`)."""

    __tablename__ = "measure"
    __table_args__ = (
        Index("ix_measure_ending", "week", "slice", "ending", "request_id"),
        partial("ix_measure_marked", "week", "slice", "ending", "request_id", where=MARKED),
        {"sqlite_with_rowid": False},
    )
    request_id: str = Field(primary_key=True)
    week: str
    #: under which row of `measure_slice` it was added up
    slice: int
    created_at: int = Field(sa_column=stamp())
    agent: str
    agent_version: str
    action: str
    rule: str
    policy_version: str
    mode: str
    channel: str
    ending: str
    edited: bool
    reverted: bool
    reason: str | None = None
    turnaround: int | None = Field(default=None, sa_column=milliseconds())
    first_look_at: int | None = Field(default=None, sa_column=stamp(nullable=True))
    confidence: int | None = None
    length: int
    revision: int
    sampler: str | None = None
    reverter: str | None = None
    agreed: bool | None = None
    rated_right: bool | None = None
    outcome: str | None = None
    #: whether the vote that decided it approved faster than anybody reads
    hasty: bool


class MeasureVoteRow(SQLModel, table=True):
    """One person's vote on a request."""

    __tablename__ = "measure_vote"
    __table_args__ = (
        Index("ix_measure_vote_person", "person", "at"),
        Index("ix_measure_vote_slice", "week", "slice", "request_id"),
        {"sqlite_with_rowid": False},
    )
    request_id: str = Field(primary_key=True)
    person: str = Field(primary_key=True)
    week: str
    slice: int
    action: str
    at: int = Field(sa_column=stamp())
    decision: str
    reason: str | None = None
    deliberation: int | None = Field(default=None, sa_column=milliseconds())
    #: whether it approved faster than anybody reads
    hasty: bool


class MeasureDayRow(SQLModel, table=True):
    """One person's votes of one day (UTC) on one action, and the unbroken rows of approvals among them."""

    __tablename__ = "measure_day"
    __table_args__ = {"sqlite_with_rowid": False}
    person: str = Field(primary_key=True)
    #: `2026-03-02`
    day: str = Field(primary_key=True)
    action: str = Field(primary_key=True)
    votes: int
    #: approvals before the first rejection, after the last one, and the longest row of them
    opening: int
    closing: int
    longest: int


class MeasureSliceRow(SQLModel, table=True):
    """What sums are told apart by, but for the week; `reviewer` is empty for the requests themselves."""

    __tablename__ = "measure_slice"
    __table_args__ = (
        UniqueConstraint(
            "reviewer",
            "action",
            "agent",
            "rule",
            "agent_version",
            "policy_version",
            "mode",
            "channel",
            name="uq_measure_slice",
        ),
    )
    id: int = Field(primary_key=True)
    reviewer: str
    action: str
    agent: str
    rule: str
    agent_version: str
    policy_version: str
    mode: str
    channel: str


class MeasureWeekRow(SQLModel, table=True):
    """The sums of one slice in one week (`domain.measures.lanes`), those of histograms compressed."""

    __tablename__ = "measure_week"
    week: str = Field(primary_key=True)
    slice: int = Field(primary_key=True)
    counts: bytes = Field(sa_type=LargeBinary)
    times: bytes = Field(sa_type=LargeBinary)


class MeasureCursorRow(SQLModel, table=True):
    """How far the measures have followed the seals. One row."""

    __tablename__ = "measure_cursor"
    id: int = Field(primary_key=True)
    #: what the numbers mean; another one has all of them worked out anew
    format: int
    #: every event under a smaller seal is counted, and under this one the subjects up to that one
    seal: int
    subject: str
    #: when the seal was made that was read last
    counted_until: int | None = Field(default=None, sa_column=stamp(nullable=True))
