"""The table of rules' reviews."""

from __future__ import annotations

from sqlalchemy import Text, UniqueConstraint
from sqlmodel import Field, SQLModel


class RuleReviewRow(SQLModel, table=True):
    """One rule in one month."""

    __tablename__ = "rule_review"
    __table_args__ = (UniqueConstraint("rule", "month", name="uq_rule_review_month"),)
    id: str = Field(primary_key=True)
    rule: str
    #: `2026-03-01`
    month: str
    #: JSON of the review without its answer
    body: str = Field(sa_type=Text)
    #: JSON of the answer
    answer: str | None = Field(default=None, sa_type=Text)
