"""The table that says which programs work on this schema."""

from __future__ import annotations

from sqlmodel import Field, SQLModel

from storage.tables import stamp


class SchemaRow(SQLModel, table=True):
    """A schema that this database was brought to; older programs read it, so neither name ever changes."""

    __tablename__ = "schema_revision"
    revision: str = Field(primary_key=True)
    #: the oldest schema whose programs still work on this one
    oldest_reader: str
    applied_at: int = Field(sa_column=stamp())
    #: the version of Placet that did it
    program: str
