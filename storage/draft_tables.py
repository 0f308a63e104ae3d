"""The table of drafts: what people typed into forms, for a while."""

from __future__ import annotations

from sqlalchemy import Text
from sqlmodel import Field, SQLModel

from storage.tables import stamp


class DraftRow(SQLModel, table=True):
    """What one person changed in the arguments of one revision."""

    __tablename__ = "draft"
    id: str = Field(primary_key=True)
    request_id: str
    revision: int
    person: str
    #: JSON object: texts by the field's key; encrypted, since some of them are masked everywhere else
    typed: str = Field(sa_type=Text)
    expires_at: int = Field(sa_column=stamp())
